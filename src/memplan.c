/* ---- memory: where buffers lie that are not all alive at once --------------------------------------------------------------------------- */

typedef struct dlcv__span {
    size_t bytes;               /* a multiple of 64, or 0: no buffer */
    int first, last;            /* steps, inclusive, in which the buffer holds something */
    size_t at;                  /* the result: its offset */
} dlcv__span;

/* order [count]: scratch. The largest first, the earlier at a tie, each at the lowest place where no span that is alive at the same time lies. *total:
 * the end of the last. 0 where offsets overflow. O(count^2). */
DLCV__FN int dlcv__memplan(dlcv__span *spans, int count, int *order, size_t *total)
{
    int i, j, n = 0, gap;
    *total = 0;
    /* a shell sort by bytes downwards, index upwards: indices decide, so it is as good as stable */
    for (i = 0; i < count; i++) {
        if (spans[i].bytes) order[n++] = i;
    }
    for (gap = n / 2; gap > 0; gap /= 2) {
        for (i = gap; i < n; i++) {
            const int k = order[i];
            for (j = i; j >= gap; j -= gap) {
                const int other = order[j - gap];
                if (spans[other].bytes > spans[k].bytes || (spans[other].bytes == spans[k].bytes && other < k)) break;
                order[j] = other;
            }
            order[j] = k;
        }
    }
    /* order[0 .. i) are placed and from here on sorted by offset */
    for (i = 0; i < n; i++) {
        dlcv__span *s = &spans[order[i]];
        const int k = order[i];
        size_t at = 0, end;
        for (j = 0; j < i; j++) {
            const dlcv__span *p = &spans[order[j]];
            if (p->last < s->first || p->first > s->last || p->at + p->bytes <= at) continue;
            if (p->at >= at && p->at - at >= s->bytes) break;
            at = p->at + p->bytes;
        }
        if (!dlcv__add(at, s->bytes, &end)) return 0;
        s->at = at;
        if (end > *total) *total = end;
        for (j = i; j > 0 && spans[order[j - 1]].at > at; j--) order[j] = order[j - 1];
        order[j] = k;
    }
    return 1;
}
