// oneDNN: ops that move through memory, forward (inference, but for normalisation and pooling) and backward, in NCHW.
#include <cstring>
#include <dnnl.hpp>
#include <unordered_map>
#include "peers.h"

using namespace dnnl;

namespace {

struct operation {
    engine cpu{engine::kind::cpu, 0};
    stream line{cpu};
    primitive step;
    std::unordered_map<int, memory> arguments;

    memory add(int what, const memory::desc &d)
    {
        memory m(d, cpu);
        float *p = static_cast<float *>(m.get_data_handle());
        for (size_t i = 0; i < d.get_size() / 4; i++) p[i] = 0.5f + static_cast<float>(i % 1013) / 1013;
        arguments[what] = m;
        return m;
    }
    void both(const memory::desc &in, const memory::desc &out, bool back, bool reads_out, bool reads_in = true)
    {
        if (!back || reads_in) add(DNNL_ARG_SRC, in);
        if (!back || reads_out) add(DNNL_ARG_DST, out);
        if (back) add(DNNL_ARG_DIFF_SRC, in), add(DNNL_ARG_DIFF_DST, out);
    }
};

algorithm named(int kind, bool out)
{
    switch (kind) {
    case PEER_OP_ADD: return algorithm::binary_add;
    case PEER_OP_SUB: return algorithm::binary_sub;
    case PEER_OP_MUL: return algorithm::binary_mul;
    case PEER_OP_DIV: return algorithm::binary_div;
    case PEER_OP_MAX: return algorithm::binary_max;
    case PEER_OP_MIN: return algorithm::binary_min;
    case PEER_OP_LINEAR: return algorithm::eltwise_linear;
    case PEER_OP_SQUARE: return algorithm::eltwise_square;
    case PEER_OP_SQRT: return out ? algorithm::eltwise_sqrt_use_dst_for_bwd : algorithm::eltwise_sqrt;
    case PEER_OP_EXP: return out ? algorithm::eltwise_exp_use_dst_for_bwd : algorithm::eltwise_exp;
    case PEER_OP_LOG: return algorithm::eltwise_log;
    case PEER_OP_ABS: return algorithm::eltwise_abs;
    case PEER_OP_RELU: return algorithm::eltwise_relu;
    case PEER_OP_SIGMOID: return out ? algorithm::eltwise_logistic_use_dst_for_bwd : algorithm::eltwise_logistic;
    case PEER_OP_TANH: return out ? algorithm::eltwise_tanh_use_dst_for_bwd : algorithm::eltwise_tanh;
    case PEER_OP_ELU: return algorithm::eltwise_elu;
    case PEER_OP_GELU: return algorithm::eltwise_gelu_erf;
    case PEER_OP_SWISH: return algorithm::eltwise_swish;
    case PEER_OP_HARDSWISH: return algorithm::eltwise_hardswish;
    default: return algorithm::eltwise_soft_relu;
    }
}

void normalise(operation *o, const peer_op *p, const memory::desc &x)
{
    const auto flags = normalization_flags::use_scale | normalization_flags::use_shift;
    const bool batch = p->kind == PEER_OP_BATCH_NORM;
    const memory::desc d = batch ? x : memory::desc({(memory::dim)(x.get_size() / 4) / (memory::dim)p->alpha, (memory::dim)p->alpha}, memory::data_type::f32, memory::format_tag::ab);
    const memory::dim features = batch ? p->c : (memory::dim)p->alpha;
    const memory::desc each({features}, memory::data_type::f32, memory::format_tag::a);
    memory::desc mean;
    if (batch) {
        batch_normalization_forward::primitive_desc f({prop_kind::forward_training, d, 1e-5f, flags}, o->cpu);
        mean = f.mean_desc();
        if (!p->back) o->step = batch_normalization_forward(f);
        else o->step = batch_normalization_backward({{prop_kind::backward, d, d, 1e-5f, flags}, o->cpu, f});
    } else {
        layer_normalization_forward::primitive_desc f({prop_kind::forward_training, d, 1e-5f, flags}, o->cpu);
        mean = f.mean_desc();
        if (!p->back) o->step = layer_normalization_forward(f);
        else o->step = layer_normalization_backward({{prop_kind::backward, d, d, d, 1e-5f, flags}, o->cpu, f});
    }
    o->both(d, d, p->back, false);
    o->add(DNNL_ARG_MEAN, mean);
    o->add(DNNL_ARG_VARIANCE, mean);
    o->add(DNNL_ARG_SCALE, each);
    o->add(DNNL_ARG_SHIFT, each);
    if (p->back) o->add(DNNL_ARG_DIFF_SCALE, each), o->add(DNNL_ARG_DIFF_SHIFT, each);
}

void pool(operation *o, const peer_op *p, const memory::desc &x)
{
    const algorithm a = p->kind == PEER_OP_POOL_MAX ? algorithm::pooling_max : algorithm::pooling_avg_exclude_padding;
    const memory::dim k = (memory::dim)p->alpha, s = (memory::dim)p->beta, pad = k == 3, out = (p->h + 2 * pad - k) / s + 1;
    const memory::desc y({p->n, p->c, out, out}, memory::data_type::f32, memory::format_tag::nchw);
    pooling_forward::primitive_desc f({prop_kind::forward_training, a, x, y, {s, s}, {k, k}, {pad, pad}, {pad, pad}}, o->cpu);
    if (!p->back) o->step = pooling_forward(f);
    else o->step = pooling_backward({{a, x, y, {s, s}, {k, k}, {pad, pad}, {pad, pad}}, o->cpu, f});
    o->both(x, y, p->back, false, false);
    if (p->kind != PEER_OP_POOL_MAX) return;
    memory w(f.workspace_desc(), o->cpu);
    std::memset(w.get_data_handle(), 0, f.workspace_desc().get_size());
    o->arguments[DNNL_ARG_WORKSPACE] = w;
}

} // namespace

// 1, or 0 where it has no such op.
extern "C" int peer_onednn_op_make(peer_op *p)
{
    operation *o = new operation;
    const memory::desc x({p->n, p->c, p->h, p->h}, memory::data_type::f32, memory::format_tag::nchw);
    const memory::dim row = (memory::dim)p->alpha;
    p->state = o;
    try {
        if (p->kind <= PEER_OP_MIN) {
            if (p->back) throw error(dnnl_unimplemented, "binary has no backward");
            o->step = binary({{named(p->kind, false), x, x, x}, o->cpu});
            o->add(DNNL_ARG_SRC_0, x), o->add(DNNL_ARG_SRC_1, x), o->add(DNNL_ARG_DST, x);
        } else if (p->kind <= PEER_OP_SOFTPLUS) {
            const algorithm a = named(p->kind, true);
            eltwise_forward::primitive_desc f({prop_kind::forward_training, p->back ? a : named(p->kind, false), x, p->alpha, p->beta}, o->cpu);
            if (!p->back) o->step = eltwise_forward(f);
            else o->step = eltwise_backward({{a, x, x, p->alpha, p->beta}, o->cpu, f});
            o->both(x, x, p->back, true);
        } else if (p->kind <= PEER_OP_LOG_SOFTMAX) {
            const memory::desc d({(memory::dim)(x.get_size() / 4) / row, row}, memory::data_type::f32, memory::format_tag::ab);
            const bool log = p->kind == PEER_OP_LOG_SOFTMAX;
            if (log) {
                logsoftmax_forward::primitive_desc f({prop_kind::forward_training, d, 1}, o->cpu);
                if (!p->back) o->step = logsoftmax_forward(f);
                else o->step = logsoftmax_backward({{d, d, 1}, o->cpu, f});
            } else {
                softmax_forward::primitive_desc f({prop_kind::forward_training, d, 1}, o->cpu);
                if (!p->back) o->step = softmax_forward(f);
                else o->step = softmax_backward({{d, d, 1}, o->cpu, f});
            }
            o->both(d, d, p->back, true, false);
        } else if (p->kind <= PEER_OP_LAYER_NORM) {
            normalise(o, p, x);
        } else if (p->kind == PEER_OP_LRN) {
            lrn_forward::primitive_desc f({prop_kind::forward_training, algorithm::lrn_across_channels, x, 5, 5e-4f, 0.75f, 2.0f}, o->cpu);
            if (!p->back) o->step = lrn_forward(f);
            else o->step = lrn_backward({{algorithm::lrn_across_channels, x, x, 5, 5e-4f, 0.75f, 2.0f}, o->cpu, f});
            o->both(x, x, p->back, true);
            o->add(DNNL_ARG_WORKSPACE, f.workspace_desc());
        } else {
            pool(o, p, x);
        }
        o->step.execute(o->line, o->arguments);
        o->line.wait();
        return 1;
    } catch (const error &) {
        peer_onednn_op_free(p);
        return 0;
    }
}

extern "C" void peer_onednn_op_run(peer_op *p, size_t repeat)
{
    operation *o = static_cast<operation *>(p->state);
    for (; repeat > 0; repeat--) o->step.execute(o->line, o->arguments);
    o->line.wait();
}

extern "C" void peer_onednn_op_free(peer_op *p)
{
    delete static_cast<operation *>(p->state);
    p->state = nullptr;
}
