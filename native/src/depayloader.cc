#include "depayloader.h"

#include <utility>

#include "h264_depayloader.h"
#include "vp8_depayloader.h"

namespace depayloader {

void Depayloader::Take(const Payload& payload, const OnPicture& on_picture) {
  // Packets of padding alone, with which a sender looks how much the path takes.
  if (payload.size == 0) return;
  if (started_ && payload.timestamp != picture_.timestamp) End(on_picture);
  if (!started_) {
    started_ = true;
    picture_.timestamp = payload.timestamp;
  }
  bool fits = picture_.data.size() + payload.size <= kMaxPictureSize;
  if (!spoiled_ && (!fits || !Append(payload.data, payload.size, picture_))) {
    spoiled_ = true;
    picture_.data = {};
  }
  if (payload.marker) End(on_picture);
}

void Depayloader::Lose() {
  awaits_key_frame_ = needs_key_frame_ = true;
  if (started_) spoiled_ = true;
}

bool Depayloader::NeedsKeyFrame() {
  return std::exchange(needs_key_frame_, false);
}

void Depayloader::End(const OnPicture& on_picture) {
  bool is_whole = Finish() && !spoiled_ && !picture_.data.empty();
  auto picture = std::exchange(picture_, Picture{});
  started_ = spoiled_ = false;
  if (is_whole && (picture.is_key || !awaits_key_frame_)) {
    awaits_key_frame_ = needs_key_frame_ = false;
    on_picture(std::move(picture));
  } else {
    awaits_key_frame_ = needs_key_frame_ = true;
  }
}

std::unique_ptr<Depayloader> Make(frame::Codec codec) {
  if (codec == frame::Codec::kH264) return std::make_unique<H264Depayloader>();
  return std::make_unique<Vp8Depayloader>();
}

}  // namespace depayloader
