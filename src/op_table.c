/* ---- ops: the table ----------------------------------------------------------------------------------------------------------------------------------- */
#define DLCV__OP_ROW(name) &dlcv__op_##name,
static const dlcv__op *const dlcv__ops[] = { DLCV__OPS(DLCV__OP_ROW) };
#undef DLCV__OP_ROW

DLCV_API const char *dlcv_op_name(int index)
{
    return index >= 0 && index < (int)DLCV__OP_COUNT ? dlcv__ops[index]->name : NULL;
}
