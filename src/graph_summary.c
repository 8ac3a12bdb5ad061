/* ---- graphs: what they cost, by the shapes alone ------------------------------------------------------------------------------------------------ */

/* What value 0 of a picture sees along an axis, input pixels begin .. end - 1; value i sees i * step further. */
typedef struct dlcv__field_of {
    double begin, end, step;
    int known;                  /* 1: so; 0: no picture; -1: of a picture, but no such window: all of it, or another one at each place */
} dlcv__field_of;

typedef struct dlcv__survey {
    dlcv_tensor *shape;         /* [nodes + 1] */
    const dlcv_tensor **in;     /* [the most inputs] */
    dlcv__field_of *field;      /* [nodes + 1][2] */
    unsigned char *needed, *counted;        /* [nodes + 1] */
    unsigned char *block;
    size_t bytes;
} dlcv__survey;

DLCV__FN dlcv_status dlcv__survey_new(dlcv_graph *g, int output, dlcv__survey *v)
{
    const size_t nodes = (size_t)g->nodes + 1;
    size_t most = 1;
    int id, i;
    for (id = 1; id <= g->nodes; id++) {
        const dlcv__node *n = dlcv__node_at(g, id);
        if ((size_t)n->inputs > most) most = (size_t)n->inputs;
    }
    v->bytes = nodes * (sizeof *v->shape + 2 * sizeof *v->field + 2) + most * sizeof *v->in;
    v->block = (unsigned char *)dlcv__alloc(&g->env, v->bytes);
    if (!v->block) return dlcv_fail(DLCV_ERR_MEMORY, "graph_summary: %s", dlcv_error());
    memset(v->block, 0, v->bytes);
    v->field = (dlcv__field_of *)v->block;
    v->shape = (dlcv_tensor *)(v->field + 2 * nodes);
    v->in = (const dlcv_tensor **)(v->shape + nodes);
    v->needed = (unsigned char *)(v->in + most);
    v->counted = v->needed + nodes;
    v->needed[output] = 1;
    for (id = output; id > 0; id--) {
        const dlcv__node *n = dlcv__node_at(g, id);
        for (i = 0; i < n->inputs && v->needed[id]; i++) v->needed[n->input[i]] = 1;
    }
    return DLCV_OK;
}

/* The window of an op along an axis of a picture: 0 if it has none. */
DLCV__FN int dlcv__survey_window(const dlcv__node *n, const dlcv__call *c, int axis, double *kernel, double *stride, double *pad)
{
    if (n->op == (int)DLCV__OP_pad2d) {
        const dlcv__pad2d *a = (const dlcv__pad2d *)c->attr;
        *kernel = *stride = 1;
        *pad = (double)(axis ? a->left : a->top);
        return 1;
    }
    if (n->op == (int)DLCV__OP_conv2d || n->op == (int)DLCV__OP_conv2d_unshared) {
        dlcv_conv_shape s;
        dlcv__conv2d_shape(c, 0, &s);
        *kernel = (double)(axis ? s.dilation_w : s.dilation_h) * ((double)(axis ? s.kernel_w : s.kernel_h) - 1) + 1;
        *stride = (double)(axis ? s.stride_w : s.stride_h);
        *pad = (double)(axis ? s.pad_left : s.pad_top);
        return 1;
    }
    if (n->op == (int)DLCV__OP_conv2d_transpose) {      /* at stride 1 a convolution with what its padding lacks; else places differ */
        dlcv_conv_shape s;
        dlcv__conv2d_shape(c, 1, &s);
        *kernel = (double)(axis ? s.dilation_w : s.dilation_h) * ((double)(axis ? s.kernel_w : s.kernel_h) - 1) + 1;
        *stride = (double)(axis ? s.stride_w : s.stride_h);
        *pad = *kernel - 1 - (double)(axis ? s.pad_left : s.pad_top);
        return *stride < 2;
    }
    if (n->op == (int)DLCV__OP_pool2d) {
        const dlcv__pool2d *a = (const dlcv__pool2d *)c->attr;
        *kernel = (double)(axis ? a->kernel_w : a->kernel_h);
        *stride = (double)(axis ? a->stride_w : a->stride_h);
        *pad = (double)(axis ? a->pad_left : a->pad_top);
        return *kernel > 0;
    }
    return 0;
}

/* Does a value see places of its input other than its own, along axis 0 or 1 of a picture, though the sizes are the same? */
DLCV__FN int dlcv__survey_mixes(const dlcv__node *n, const dlcv__call *c, int axis)
{
    switch (n->op) {
    case DLCV__OP_conv2d_transpose: case DLCV__OP_matmul: case DLCV__OP_group_norm: case DLCV__OP_custom: return 1;
    case DLCV__OP_softmax: case DLCV__OP_log_softmax: return dlcv__axis_of(((const dlcv__softmax *)c->attr)->axis, 4) == 2 + axis;
    case DLCV__OP_gather: return dlcv__axis_of(((const dlcv__gather_attr *)c->attr)->axis, 4) == 2 + axis;
    case DLCV__OP_transpose: return dlcv__axis_of(((const dlcv__transpose *)c->attr)->order.dim[2 + axis], 4) != 2 + axis;
    default: return 0;
    }
}

/* Elementwise ops see what their inputs see, together; others with pictures of the same size, too; the rest sees everything. */
DLCV__FN void dlcv__survey_field(const dlcv__node *n, const dlcv__call *c, dlcv__survey *v, int id)
{
    int axis, i;
    for (axis = 0; axis < 2; axis++) {
        dlcv__field_of *f = &v->field[2 * id + axis];
        double kernel, stride, pad;
        for (i = 0; i < n->inputs; i++) {
            const dlcv__field_of *from = &v->field[2 * n->input[i] + axis];
            if (from->known < 0) break;
            if (!from->known) continue;
            if (!f->known || from->begin < f->begin) f->begin = from->begin;
            if (!f->known || from->end > f->end) f->end = from->end;
            if (!f->known || from->step > f->step) f->step = from->step;
            f->known = 1;
        }
        if (i < n->inputs) f->known = -1;
        if (f->known < 1) continue;
        if (dlcv__survey_window(n, c, axis, &kernel, &stride, &pad)) {
            f->begin -= pad * f->step;
            f->end += (kernel - 1 - pad) * f->step;
            f->step *= stride;
        } else if (c->out->shape.ndim != 4 || c->in[0]->shape.ndim != 4 || c->out->shape.dim[2 + axis] != c->in[0]->shape.dim[2 + axis]
                   || dlcv__survey_mixes(n, c, axis)) {
            f->known = -1;
        }
    }
}

/* Shapes for a batch of 1, or as declared; the same where a batch of 1 is too small, as for a slice of it. */
DLCV__FN dlcv_status dlcv__survey_node(dlcv_graph *g, dlcv__survey *v, int id, double *flops)
{
    const dlcv__node *n = dlcv__node_at(g, id);
    dlcv_status status;
    dlcv__call c;
    int i;
    *flops = 0;
    v->shape[id] = n->declared;
    if (n->kind != DLCV__KIND_OP) {
        if (n->declared.shape.ndim && n->declared.shape.dim[0] < 0) v->shape[id].shape.dim[0] = 1;
        for (i = 0; i < 2 && n->kind == DLCV__KIND_INPUT && n->declared.shape.ndim == 4; i++) {
            v->field[2 * id + i].known = 1;
            v->field[2 * id + i].end = v->field[2 * id + i].step = 1;
        }
        return DLCV_OK;
    }
    dlcv__call_of(g, n, DLCV_MODE_INFER, &c);
    for (i = 0; i < n->inputs; i++) v->in[i] = &v->shape[n->input[i]];
    c.in = v->in;
    c.out = &v->shape[id];
    status = c.op->infer ? c.op->infer(&c) : dlcv__infer_same(&c);
    if (status) {
        v->shape[id] = n->declared;
        for (i = 0; i < n->declared.shape.ndim; i++) {
            if (v->shape[id].shape.dim[i] < 0) v->shape[id].shape.dim[i] = 1;
        }
    }
    *flops = c.op->flops ? c.op->flops(&c) : dlcv__count_of(c.out);
    dlcv__survey_field(n, &c, v, id);
    return DLCV_OK;
}

/* "1234567" -> "1,234,567" */
DLCV__FN void dlcv__thousands(double value, char *out, size_t bytes)
{
    char digits[32];
    int n = dlcv__format(digits, sizeof digits, "%.0f", value), i;
    size_t at = 0;
    for (i = 0; i < n && i < 24 && at + 2 < bytes; i++) {
        if (i && (n - i) % 3 == 0) out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = 0;
}

DLCV__FN void dlcv__survey_line(const dlcv__node *n, const dlcv__survey *v, int id, double parameters, double flops, dlcv__text *t)
{
    const dlcv__field_of *f = &v->field[2 * id];
    char line[512], shape[112], p[40], o[40], b[40], field[80] = "";
    int length;
    dlcv__shape_text(v->shape[id].shape, shape, sizeof shape);
    dlcv__thousands(parameters, p, sizeof p);
    dlcv__thousands(flops, o, sizeof o);
    dlcv__thousands(dlcv__count_of(&v->shape[id]) * (double)dlcv_dtype_bytes(v->shape[id].dtype), b, sizeof b);
    if (f[0].known < 0 || f[1].known < 0) {
        if (v->shape[id].shape.ndim == 4) dlcv__format(field, sizeof field, "-");
    } else if (f[0].known && f[1].known && f[0].end - f[0].begin == f[1].end - f[1].begin) {
        dlcv__format(field, sizeof field, "%.0f %.0f %.0f", f[0].end - f[0].begin, f[0].step, f[0].begin);
    } else if (f[0].known && f[1].known) {
        dlcv__format(field, sizeof field, "%.0fx%.0f %.0fx%.0f %.0fx%.0f", f[0].end - f[0].begin, f[1].end - f[1].begin, f[0].step, f[1].step, f[0].begin, f[1].begin);
    }
    length = dlcv__format(line, sizeof line, "%-24.60s %-16.30s %-22s %14s %18s %14s  %s\n", n->name, n->kind == DLCV__KIND_OP ? dlcv__ops[n->op]->name : "input", shape,
                          p, o, b, field);
    dlcv__text_put(t, line, (size_t)length < sizeof line ? (size_t)length : sizeof line - 1);
}

DLCV__FN void dlcv__survey_end(const dlcv_summary *sum, dlcv__text *t)
{
    char line[256], p[40], o[40], b[40];
    int length;
    dlcv__thousands((double)sum->parameters, p, sizeof p);
    dlcv__thousands(sum->flops, o, sizeof o);
    dlcv__thousands((double)sum->activation_bytes, b, sizeof b);
    length = dlcv__format(line, sizeof line, "%-24s %-16s %-22s %14s %18s %14s\n", "total", "", "", p, o, b);
    dlcv__text_put(t, line, (size_t)length);
    if (t->bytes) t->out[t->length < t->bytes ? t->length : t->bytes - 1] = 0;
}

DLCV_API dlcv_status dlcv_graph_summary(dlcv_node output, dlcv_summary *total, char *table, size_t bytes)
{
    dlcv_status status = dlcv__node_check("graph_summary", output);
    dlcv_graph *g = output.graph;
    dlcv__survey v;
    dlcv_summary sum;
    dlcv__text text;
    char head[160];
    double flops;
    int id, i;
    memset(&sum, 0, sizeof sum);
    if (!status) status = dlcv__survey_new(g, output.id, &v);
    if (status) return status;
    text.out = table;
    text.bytes = table ? bytes : 0;
    text.length = 0;
    i = dlcv__format(head, sizeof head, "%-24s %-16s %-22s %14s %18s %14s  %s\n", "name", "op", "shape", "parameters", "FLOPs", "bytes", "field step first");
    dlcv__text_put(&text, head, (size_t)i);
    for (id = 1; id <= output.id && !status; id++) {
        const dlcv__node *n = dlcv__node_at(g, id);
        double own = 0;
        if (!v.needed[id]) continue;
        status = dlcv__survey_node(g, &v, id, &flops);
        if (status || n->kind == DLCV__KIND_PARAMETER || n->kind == DLCV__KIND_CONSTANT) continue;
        for (i = 0; i < n->inputs; i++) {           /* a parameter counts where it is used first */
            const dlcv__node *m = dlcv__node_at(g, n->input[i]);
            if (m->kind != DLCV__KIND_PARAMETER || v.counted[n->input[i]]) continue;
            v.counted[n->input[i]] = 1;
            if (m->flags & DLCV__PARAMETER_STATE) sum.state += m->floats;
            else sum.parameters += m->floats, own += (double)m->floats;
            sum.parameter_bytes += (m->floats + 15) / 16 * 64;
        }
        sum.flops += flops;
        if (n->kind == DLCV__KIND_OP) sum.activation_bytes += dlcv__elements(&v.shape[id]) * dlcv_dtype_bytes(v.shape[id].dtype);
        dlcv__survey_line(n, &v, id, own, flops, &text);
    }
    if (!status) dlcv__survey_end(&sum, &text);
    if (total) *total = sum;
    dlcv__release(&g->env, v.block, v.bytes);
    return status;
}
