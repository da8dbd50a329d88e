#include "frame_reader.h"

#include "h264_stream.h"
#include "vp8_frame.h"
#include "vp8_payload.h"

namespace frame_reader {
namespace {

class Vp8Reader : public Reader {
 public:
  Reading Read(std::vector<uint8_t> picture) override {
    if (!vp8_frame::IsWellFormed(picture.data(), picture.size())) return Lost();
    // A key frame says so in its first bit (RFC 6386, section 9.1).
    bool is_key = (picture[0] & 1) == 0;
    auto pieces = vp8_payload::Cut(picture.size());
    return Good(std::make_shared<frame::Frame>(frame::Frame{frame::Codec::kVp8, is_key, std::move(picture), std::move(pieces)}));
  }
};

}  // namespace

std::unique_ptr<Reader> Make(frame::Codec codec) {
  if (codec == frame::Codec::kH264) return std::make_unique<h264::Stream>();
  return std::make_unique<Vp8Reader>();
}

}  // namespace frame_reader
