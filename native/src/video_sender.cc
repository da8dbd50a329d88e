#include "video_sender.h"

#include <algorithm>
#include <cstring>

#include "vp8_payload.h"

namespace video_sender {
namespace {

constexpr size_t kMaxPacketSize = rtp::kHeaderSize + frame::kMaxPayloadSize + srtp::kTagSize;
constexpr size_t kMaxBatch = std::min(datagrams::kMaxBatchDatagrams, datagrams::kMaxBatchBytes / kMaxPacketSize);
constexpr gint64 kKeyFrameIntervalUs = 100'000;
// A packet that is asked for later than this comes too late for its picture.
constexpr gint64 kHistoryUs = 1'000'000;
constexpr size_t kMaxHistory = 120;
// A receiver can have so many packets again at once, and in the long run as many as it was sent.
constexpr size_t kMaxResends = 500;

}  // namespace

VideoSender::VideoSender(rtp::Identity identity, std::shared_ptr<transport::Core> transport, js_queue::CallbackPtr on_key_frame_wanted)
    : rtp::Stream(identity, std::move(transport)),
      on_key_frame_wanted_(std::move(on_key_frame_wanted)),
      picture_id_(static_cast<uint16_t>(g_random_int() & 0x7fff)) {}

void VideoSender::Send(const frame::FramePtr& frame, GstClockTime time) {
  if (!transport().is_open()) return;
  gint64 now = g_get_monotonic_time();
  while (!history_.empty() && (now - history_.front().sent_us > kHistoryUs || history_.size() >= kMaxHistory)) history_.pop_front();

  history_.push_back({frame, next_index(), TimestampAt(time), picture_id_, now});
  picture_id_ = (picture_id_ + 1) & 0x7fff;
  const size_t count = frame->pieces.size();
  for (size_t number = 0; number < count;) number = SendBatch(history_.back(), number);
  resends_allowed_ = std::min(kMaxResends, resends_allowed_ + count);
}

size_t VideoSender::SendBatch(const Sent& sent, size_t number) {
  static uint8_t batch[kMaxBatch * kMaxPacketSize];
  const auto& pieces = sent.frame->pieces;
  size_t size = pieces[number].size, used = 0, packet_size = 0;
  for (size_t in_batch = 0; in_batch < kMaxBatch && number < pieces.size() && pieces[number].size <= size; in_batch++) {
    size_t written = Write(batch + used, sent, number);
    Count(written - rtp::kHeaderSize - srtp::kTagSize);
    packet_size = std::max(packet_size, written);
    used += written;
    // Only the last one may be shorter.
    if (pieces[number++].size < size) break;
  }
  transport().Send(batch, used, packet_size);
  return number;
}

size_t VideoSender::Write(uint8_t* packet, const Sent& sent, size_t number) {
  const auto& frame = *sent.frame;
  const auto& piece = frame.pieces[number];
  uint64_t index = sent.first_index + number;
  WriteHeader(packet, index, number + 1 == frame.pieces.size(), sent.timestamp);
  uint8_t* payload = packet + rtp::kHeaderSize;
  if (frame.codec == frame::Codec::kVp8) {
    vp8_payload::WriteDescriptor(payload, number == 0, sent.picture_id);
    payload += vp8_payload::kDescriptorSize;
  }
  memcpy(payload, frame.data.data() + piece.from, piece.size);
  return Protect(packet, static_cast<size_t>(payload - packet) + piece.size, index);
}

void VideoSender::OnFeedback(const rtcp::Feedback& feedback) {
  if (feedback.key_frame) AskForKeyFrame();
  for (uint16_t sequence : feedback.lost_packets) Resend(sequence);
}

void VideoSender::AskForKeyFrame() {
  gint64 now = g_get_monotonic_time();
  if (!on_key_frame_wanted_ || now - last_asked_us_ < kKeyFrameIntervalUs) return;
  last_asked_us_ = now;
  js_queue::Post([callback = on_key_frame_wanted_](Napi::Env) { callback->Call({}); });
}

// The very same packet: a receiver that has it already drops it as a repeat.
void VideoSender::Resend(uint16_t sequence) {
  if (resends_allowed_ == 0) return;
  uint64_t index = (next_index() & ~0xffffULL) | sequence;
  if (index >= next_index()) index -= 0x10000;
  auto found = std::find_if(history_.rbegin(), history_.rend(), [index](const Sent& sent) { return sent.first_index <= index; });
  if (found == history_.rend() || index >= found->first_index + found->frame->pieces.size()) return;
  resends_allowed_--;
  uint8_t packet[kMaxPacketSize];
  size_t size = Write(packet, *found, index - found->first_index);
  transport().Send(packet, size, size);
}

}  // namespace video_sender
