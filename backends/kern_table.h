/* ---- the table of the float kernels, after all of them -------------------------------------------------------------------------------------- */
#if DLCV__STAMP_F32

static const dlcv__kernels_f32 DLCV__K(f32) = {
    DLCV__K(pair_l1_f32), DLCV__K(pair_l2sq_f32), DLCV__K(pair_dot_f32), DLCV__K(pair_cosine_f32),
    { DLCV__K(tile_l1_f32), DLCV__K(tile_l2sq_f32), DLCV__K(tile_dot_f32), DLCV__K(tile_l1_max_f32),
        DLCV__K(tile_l2sq_dot_f32) },
    { DLCV__K(row_l1_f32), DLCV__K(row_l2sq_f32), DLCV__K(row_dot_f32), DLCV__K(row_l1_max_f32),
        DLCV__K(row_l2sq_dot_f32) },
    DLCV__K(chain_l1_f32), DLCV__K(chain_l2sq_f32), DLCV__K(sums),
    DLCV__K(small_integers), DLCV__K(to_bytes), DLCV__K(add_i32), DLCV__K(below_f32), DLCV__K(above_f32), DLCV__K(below_i32), DLCV__K(cosine_f32), DLCV__K(cosine_i32), DLCV__K(affine_i32),
    DLCV__K(transpose4), DLCV__K(log_f32), DLCV__K(exp_f32), DLCV__K(tanh_f32), DLCV__K(erf_f32), DLCV__K(sin_turns_f32), DLCV__K(cos_turns_f32), DLCV__K(normal_f32),
    DLCV__FMR, DLCV__FNV * DLCV__VW,
    DLCV__GMR, DLCV__GNV * DLCV__VW, DLCV__GNV, DLCV__VW == 1 ? 0 : DLCV__VW == 4 ? 2 : DLCV__VW == 8 ? 3 : 4, DLCV__K(gemm_tile), DLCV__K(gemm_bodies), DLCV__K(gemm_finish), DLCV__K(copy_rows),
    DLCV__HMR, DLCV__HNR, DLCV__GEMM_MASKED, DLCV__K(gemm_dots), DLCV__K(gemm_wide), DLCV__GKC, DLCV__GAC,
    DLCV__K(gather),
    DLCV__VW,
#ifndef DLCV_STRICT
    DLCV__K(winograd_in2), DLCV__K(winograd_in4), DLCV__K(winograd_columns4), DLCV__K(winograd_tiles4),
    DLCV__K(winograd_lines2), DLCV__K(winograd_lines4), DLCV__K(winograd_weights2), DLCV__K(winograd_weights4),
    DLCV__K(winograd_map2), DLCV__K(winograd_map4), DLCV__K(winograd_taps2), DLCV__K(winograd_taps4),
    DLCV__K(winograd_out2), DLCV__K(winograd_out4), DLCV__K(winograd_put),
#endif
    DLCV__CMR, DLCV__GNV, DLCV__NMR, DLCV__NNV, DLCV__K(direct_bodies), DLCV__K(gradient_bodies), DLCV__K(depthwise3), DLCV__K(deal), DLCV__K(spread), DLCV__K(sum_lanes),
    &DLCV__K(flat)
};

#endif /* DLCV__STAMP_F32 */
