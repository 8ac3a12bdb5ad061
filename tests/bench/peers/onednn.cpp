// oneDNN: one convolution, forward or backward. Layouts: its own choice with reorders from and to NCHW in every call, its own
// choice with everything already there, or NCHW itself. Weights of a forward pass are prepared beforehand; those of a
// backward pass come and go in OIHW, as they change with every step.
#include <dnnl.hpp>
#include <omp.h>
#include <unordered_map>
#include <vector>
#include "peers.h"

using namespace dnnl;

namespace {

struct convolution {
    engine cpu{engine::kind::cpu, 0};
    stream line{cpu};
    std::vector<primitive> steps;
    std::vector<std::unordered_map<int, memory>> arguments;

    void add(const primitive &p, const std::unordered_map<int, memory> &a)
    {
        steps.push_back(p);
        arguments.push_back(a);
    }
    // What the primitive reads in the layout `wanted`: the plain memory itself, or a copy made now or in every call.
    memory read(memory &plain, const memory::desc &wanted, bool now)
    {
        if (plain.get_desc() == wanted) {
            return plain;
        }
        memory own(wanted, cpu);
        if (now) {
            reorder(plain, own).execute(line, plain, own);
            line.wait();
        } else {
            add(reorder(plain, own), {{DNNL_ARG_FROM, plain}, {DNNL_ARG_TO, own}});
        }
        return own;
    }
};

memory::desc described(const memory::dims &dims, memory::format_tag tag)
{
    return memory::desc(dims, memory::data_type::f32, tag);
}

} // namespace

// 1, or 0 where it has no such convolution.
extern "C" int peer_onednn_conv_make(peer_conv *p)
{
    typedef memory::format_tag tag;
    try {
        omp_set_num_threads(p->threads);    // oneDNN asks OpenMP, when it plans and when it runs
        convolution *c = new convolution;
        const memory::dim n = p->batch, g = p->groups, ci = p->channels, f = p->filters, k = p->kernel;
        const memory::dim h = p->size, o = (h + 2 * p->pad - k) / p->stride + 1;
        const memory::dims stride{p->stride, p->stride}, pad{p->pad, p->pad}, dilation{0, 0};
        const memory::dims wd = g > 1 ? memory::dims{g, f / g, ci / g, k, k} : memory::dims{f, ci, k, k};
        const memory::desc x_plain = described({n, ci, h, h}, tag::nchw), y_plain = described({n, f, o, o}, tag::nchw),
                           w_plain = described(wd, g > 1 ? tag::goihw : tag::oihw);
        const bool nchw = p->layout == PEER_LAYOUT_NCHW, own = p->layout == PEER_LAYOUT_OWN;
        const memory::desc x_any = nchw ? x_plain : described({n, ci, h, h}, tag::any),
                           y_any = nchw ? y_plain : described({n, f, o, o}, tag::any), w_any = described(wd, tag::any);
        const algorithm kind = p->winograd ? algorithm::convolution_winograd : algorithm::convolution_auto;
        memory x(x_plain, c->cpu, p->x), y(y_plain, c->cpu, p->y), w(w_plain, c->cpu, p->weights);
        p->state = c;
        convolution_forward::primitive_desc fwd({prop_kind::forward_inference, kind, x_any, w_any, y_any, stride, dilation, pad, pad},
                                                c->cpu);
        if (p->operation == PEER_CONV_FORWARD) {
            memory xs = c->read(x, fwd.src_desc(), own), ws = c->read(w, fwd.weights_desc(), true);
            memory ys = fwd.dst_desc() == y_plain ? y : memory(fwd.dst_desc(), c->cpu);
            c->add(convolution_forward(fwd), {{DNNL_ARG_SRC, xs}, {DNNL_ARG_WEIGHTS, ws}, {DNNL_ARG_DST, ys}});
            if (fwd.dst_desc() != y_plain && !own) {
                c->add(reorder(ys, y), {{DNNL_ARG_FROM, ys}, {DNNL_ARG_TO, y}});
            }
        } else if (p->operation == PEER_CONV_DATA) {
            convolution_backward_data::primitive_desc d({kind, x_any, w_any, y_any, stride, dilation, pad, pad}, c->cpu, fwd);
            memory ys = c->read(y, d.diff_dst_desc(), own), ws = c->read(w, d.weights_desc(), own);
            memory xs = d.diff_src_desc() == x_plain ? x : memory(d.diff_src_desc(), c->cpu);
            c->add(convolution_backward_data(d), {{DNNL_ARG_DIFF_DST, ys}, {DNNL_ARG_WEIGHTS, ws}, {DNNL_ARG_DIFF_SRC, xs}});
            if (d.diff_src_desc() != x_plain && !own) {
                c->add(reorder(xs, x), {{DNNL_ARG_FROM, xs}, {DNNL_ARG_TO, x}});
            }
        } else {
            convolution_backward_weights::primitive_desc d({kind, x_any, w_any, y_any, stride, dilation, pad, pad}, c->cpu, fwd);
            memory ys = c->read(y, d.diff_dst_desc(), own), xs = c->read(x, d.src_desc(), own);
            memory ws = d.diff_weights_desc() == w_plain ? w : memory(d.diff_weights_desc(), c->cpu);
            c->add(convolution_backward_weights(d), {{DNNL_ARG_DIFF_DST, ys}, {DNNL_ARG_SRC, xs}, {DNNL_ARG_DIFF_WEIGHTS, ws}});
            if (d.diff_weights_desc() != w_plain && !own) {
                c->add(reorder(ws, w), {{DNNL_ARG_FROM, ws}, {DNNL_ARG_TO, w}});
            }
        }
        return 1;
    } catch (const error &) {
        peer_onednn_conv_free(p);
        return 0;
    }
}

extern "C" void peer_onednn_conv_run(peer_conv *p)
{
    convolution *c = static_cast<convolution *>(p->state);
    omp_set_num_threads(p->threads);
    for (size_t i = 0; i < c->steps.size(); i++) {
        c->steps[i].execute(c->line, c->arguments[i]);
    }
    c->line.wait();
}

extern "C" void peer_onednn_conv_free(peer_conv *p)
{
    delete static_cast<convolution *>(p->state);
    p->state = nullptr;
}
