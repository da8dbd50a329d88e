// The wall clock as RTCP tells it.
#pragma once
#include <glib.h>

#include <cstdint>

namespace ntp {

// Now, in 32.32 fixed point since 1900 (RFC 3550, section 4).
inline uint64_t Now() {
  constexpr uint64_t kUnixEpoch = 2'208'988'800;  // seconds from 1900 to 1970
  auto now = static_cast<uint64_t>(g_get_real_time());
  return ((now / G_USEC_PER_SEC + kUnixEpoch) << 32) + ((now % G_USEC_PER_SEC) << 32) / G_USEC_PER_SEC;
}

}  // namespace ntp
