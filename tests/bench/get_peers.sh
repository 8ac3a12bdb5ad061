#!/bin/sh
# Fetches the peers that Debian does not have into build/peers/ (from the top of the tree; npm). Optional: what is missing is
# listed as "not found". Debian's: libfaiss-dev libopenblas-dev python3-sklearn.
set -e
mkdir -p build/peers
cd build/peers
if [ ! -e simsimd/include/simsimd/simsimd.h ]; then
    npm pack --silent simsimd@6.5.5
    rm -rf package simsimd
    tar xzf simsimd-6.5.5.tgz
    mv package simsimd
fi
ls -d simsimd/include
