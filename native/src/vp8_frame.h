#pragma once

#include <cstddef>
#include <cstdint>

namespace vp8_frame {

// Whether the header of a VP8 frame can be read, and all the partitions that it announces lie inside the frame
// (RFC 6386, sections 9 and 19.2). What the partitions hold is the business of decoders, which take any bits.
bool IsWellFormed(const uint8_t* frame, size_t size);

// The pixels of the pictures that a well-formed key frame begins.
size_t PixelsOf(const uint8_t* frame, size_t size);

}  // namespace vp8_frame
