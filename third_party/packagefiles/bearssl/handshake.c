/*
 * The client's handshake without the records of suites that are not offered (CBC, CCM, ChaCha20).
 * A server that chooses one is refused before it gets here; the trap is for a mistake.
 */
#include "inner.h"

#define br_ssl_engine_switch_cbc_in(...) __builtin_trap()
#define br_ssl_engine_switch_cbc_out(...) __builtin_trap()
#define br_ssl_engine_switch_ccm_in(...) __builtin_trap()
#define br_ssl_engine_switch_ccm_out(...) __builtin_trap()
#define br_ssl_engine_switch_chapol_in(...) __builtin_trap()
#define br_ssl_engine_switch_chapol_out(...) __builtin_trap()
#include "src/ssl/ssl_hs_client.c"
