/* ---- the table of the float kernels, after all of them -------------------------------------------------------------------------------------- */
#if DLCV__STAMP_F32

static const dlcv__kernels_flat DLCV__K(flat) = {
    { DLCV__K(flat_add), DLCV__K(flat_sub), DLCV__K(flat_mul), DLCV__K(flat_div), DLCV__K(flat_max), DLCV__K(flat_min) },
    { DLCV__K(flat_add_by), DLCV__K(flat_sub_by), DLCV__K(flat_mul_by), DLCV__K(flat_div_by), DLCV__K(flat_max_by), DLCV__K(flat_min_by) },
    DLCV__K(flat_axpy), DLCV__K(flat_affine), DLCV__K(flat_clamp), DLCV__K(flat_clamp_back), DLCV__K(flat_sum), DLCV__K(flat_spread),
    DLCV__K(flat_top), DLCV__K(flat_softmax), DLCV__K(flat_pool), DLCV__K(flat_pool_back),
    DLCV__K(flat_pixels), DLCV__K(flat_update), DLCV__K(flat_map), DLCV__K(flat_keep_greater), DLCV__K(flat_masked),
    DLCV__K(flat_norm_sums), DLCV__K(flat_norm_back), DLCV__K(flat_columns), DLCV__K(flat_lines), DLCV__K(flat_response), DLCV__K(flat_double), DLCV__K(flat_halve),
    DLCV__K(flat_fence), DLCV__K(flat_copy), DLCV__K(flat_fill), DLCV__K(flat_rows16), DLCV__K(flat_few_softmax)
};

static const dlcv__kernels_f32 DLCV__K(f32) = {
    DLCV__K(pair_l1_f32), DLCV__K(pair_l2sq_f32), DLCV__K(pair_dot_f32), DLCV__K(pair_cosine_f32),
    { DLCV__K(tile_l1_f32), DLCV__K(tile_l2sq_f32), DLCV__K(tile_dot_f32), DLCV__K(tile_l1_max_f32),
        DLCV__K(tile_l2sq_dot_f32) },
    { DLCV__K(row_l1_f32), DLCV__K(row_l2sq_f32), DLCV__K(row_dot_f32), DLCV__K(row_l1_max_f32),
        DLCV__K(row_l2sq_dot_f32) }, DLCV__K(squares_f32),
    DLCV__K(chain_l1_f32), DLCV__K(chain_l2sq_f32), DLCV__K(sums),
    DLCV__K(small_integers), DLCV__K(to_bytes), DLCV__K(add_i32), DLCV__K(below_f32), DLCV__K(above_f32), DLCV__K(below_i32), DLCV__K(cosine_f32), DLCV__K(cosine_i32), DLCV__K(affine_i32),
    DLCV__K(transpose4), DLCV__K(log_f32), DLCV__K(exp_f32), DLCV__K(tanh_f32), DLCV__K(erf_f32), DLCV__K(sin_turns_f32), DLCV__K(cos_turns_f32), DLCV__K(normal_f32),
    DLCV__FMR, DLCV__FNV * DLCV__VW,
    DLCV__GMR, DLCV__GNV * DLCV__VW, DLCV__GNV, DLCV__VW == 1 ? 0 : DLCV__VW == 4 ? 2 : DLCV__VW == 8 ? 3 : 4, DLCV__K(gemm_tile), DLCV__K(gemm_bodies), DLCV__K(gemm_finish), DLCV__K(copy_rows),
    DLCV__HMR, DLCV__HNR, DLCV__GEMM_MASKED, DLCV__K(gemm_dots), DLCV__K(gemm_wide), DLCV__GKC, DLCV__GAC,
    DLCV__K(gather),
    DLCV__VW,
#ifndef DLCV_STRICT
    DLCV__K(winograd_in2), DLCV__K(winograd_in4), DLCV__K(winograd_columns2), DLCV__K(winograd_columns4), DLCV__K(winograd_tiles2), DLCV__K(winograd_tiles4),
    DLCV__K(winograd_lines2), DLCV__K(winograd_lines4), DLCV__K(winograd_weights2), DLCV__K(winograd_weights4),
    DLCV__K(winograd_map2), DLCV__K(winograd_map4), DLCV__K(winograd_taps2), DLCV__K(winograd_taps4),
    DLCV__K(winograd_out2), DLCV__K(winograd_out4), DLCV__K(winograd_put),
#endif
    DLCV__CMR, DLCV__GNV, DLCV__NMR, DLCV__NNV, DLCV__K(direct_bodies), DLCV__K(gradient_bodies), DLCV__K(depthwise3), DLCV__K(deal), DLCV__K(spread), DLCV__K(sum_lanes),
    &DLCV__K(flat)
};

#endif /* DLCV__STAMP_F32 */
