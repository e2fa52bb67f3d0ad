#include "sandbox/filter.h"

static void
put(struct filter *f, struct kernel_bpf instruction)
{
	if (f->count == FILTER_MAX) {
		f->overflow = true;
		return;
	}
	f->code[f->count++] = instruction;
}

static void
put_load(struct filter *f, uint32_t offset)
{
	put(f, (struct kernel_bpf){ .code = KERNEL_BPF_LOAD, .k = offset });
}

static void
put_return(struct filter *f, uint32_t verdict)
{
	put(f, (struct kernel_bpf){ .code = KERNEL_BPF_RETURN, .k = verdict });
}

/* Goes on when A == k, otherwise skips. */
static void
put_unless_equal(struct filter *f, uint32_t k, size_t skip)
{
	put(f, (struct kernel_bpf){
		       .code = KERNEL_BPF_IF_EQUAL, .jump_false = (uint8_t)skip, .k = k });
}

void
filter_begin(struct filter *f, uint32_t foreign)
{
	f->count = 0;
	f->has_number = false;
	f->overflow = false;
	put_load(f, KERNEL_SECCOMP_ARCH);
	put(f, (struct kernel_bpf){
		       .code = KERNEL_BPF_IF_EQUAL, .jump_true = 1, .k = KERNEL_ARCH });
	put_return(f, foreign);
#ifdef __x86_64__
	put_load(f, KERNEL_SECCOMP_NR);
	put(f, (struct kernel_bpf){
		       .code = KERNEL_BPF_IF_AT_LEAST, .jump_false = 1, .k = KERNEL_X32 });
	put_return(f, foreign);
	f->has_number = true;
#endif
}

void
filter_line(struct filter *f, uint32_t nr, const struct filter_check *checks, size_t count,
	uint32_t verdict)
{
	/* A check takes three instructions, the verdict one. */
	size_t left = 3 * count + 1;
	if (!f->has_number)
		put_load(f, KERNEL_SECCOMP_NR);
	put_unless_equal(f, nr, left);
	f->has_number = count == 0;
	for (size_t i = 0; i < count; i++) {
		left -= 3;
		put_load(f, KERNEL_SECCOMP_ARG(checks[i].argument));
		put(f, (struct kernel_bpf){ .code = KERNEL_BPF_AND, .k = checks[i].mask });
		put_unless_equal(f, checks[i].value, left);
	}
	put_return(f, verdict);
}

void
filter_end(struct filter *f, uint32_t verdict)
{
	put_return(f, verdict);
}
