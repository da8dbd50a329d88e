#include "vp8_payload.h"

#include "bytes.h"

namespace vp8_payload {

std::vector<frame::Piece> Cut(size_t frame_size) {
  std::vector<frame::Piece> pieces;
  frame::Cut(0, frame_size, frame::kMaxPayloadSize - kDescriptorSize, pieces);
  return pieces;
}

void WriteDescriptor(uint8_t* descriptor, bool starts_frame, uint16_t picture_id) {
  descriptor[0] = starts_frame ? 0x90 : 0x80;
  descriptor[1] = 0x80;
  bytes::Put16(descriptor + 2, 0x8000U | picture_id);
}

}  // namespace vp8_payload
