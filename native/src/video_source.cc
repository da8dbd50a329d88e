#include "video_source.h"

namespace video_source {
namespace {

constexpr uint32_t kClockRate = 90'000;
constexpr size_t kMaxWaiting = 1'000;
// A browser makes no two key frames within 300 ms.
constexpr int64_t kKeyFrameIntervalUs = 300'000;

}  // namespace

VideoSource::VideoSource(frame::Codec codec, OnPicture on_picture)
    : depayloader_(depayloader::Make(codec)),
      clock_(kClockRate),
      order_(kMaxWaiting, [this, on_picture = std::move(on_picture)](const depayloader::Payload& payload, uint64_t missing) {
        if (missing > 0) depayloader_->Lose();
        depayloader_->Take(payload, [&](depayloader::Picture picture) {
          int64_t time_ns = clock_.TimeOf(picture.timestamp, arrival_ns_);
          on_picture(std::move(picture), time_ns);
        });
      }) {}

void VideoSource::Put(uint64_t index, const depayloader::Payload& payload, int64_t now_us, int64_t arrival_ns) {
  arrival_ns_ = arrival_ns;
  order_.Put(index, payload, now_us);
}

bool VideoSource::TakeKeyFrameRequest(int64_t now_us) {
  if (asked_us_ && now_us - *asked_us_ < kKeyFrameIntervalUs) return false;
  if (!depayloader_->NeedsKeyFrame()) return false;
  asked_us_ = now_us;
  return true;
}

}  // namespace video_source
