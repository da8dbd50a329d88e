// VP8 in RTP packets (RFC 7741): a piece of the frame behind a payload descriptor.
#pragma once
#include <vector>

#include "frame.h"

namespace vp8_payload {

constexpr size_t kDescriptorSize = 4;

// The frame's data as they lie in packets.
std::vector<frame::Piece> Cut(size_t frame_size);

// Writes the descriptor: extended, start of the frame or not, with a picture id of 15 bits (RFC 7741, section 4.2).
void WriteDescriptor(uint8_t* descriptor, bool starts_frame, uint16_t picture_id);

}  // namespace vp8_payload
