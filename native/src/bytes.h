// Numbers in network byte order.
#pragma once
#include <cstdint>

namespace bytes {

inline void Put16(uint8_t* at, uint32_t value) {
  at[0] = static_cast<uint8_t>(value >> 8);
  at[1] = static_cast<uint8_t>(value);
}

inline void Put32(uint8_t* at, uint32_t value) {
  Put16(at, value >> 16);
  Put16(at + 2, value & 0xffff);
}

inline uint32_t Get16(const uint8_t* at) {
  return static_cast<uint32_t>(at[0]) << 8 | at[1];
}

inline uint32_t Get32(const uint8_t* at) {
  return Get16(at) << 16 | Get16(at + 2);
}

}  // namespace bytes
