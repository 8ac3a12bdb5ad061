#ifdef __cplusplus
} /* extern "C" */
#endif

#undef DLCV__PRINTF
