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

VideoSender::VideoSender(rtp::Identity identity, int rank, std::shared_ptr<transport::Core> transport, js_queue::CallbackPtr on_key_frame_wanted)
    : rtp::Stream(identity, std::move(transport)),
      rank_(rank),
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
  const size_t first = number;
  size_t size = pieces[number].size, used = 0, packet_size = 0;
  for (size_t in_batch = 0; in_batch < kMaxBatch && number < pieces.size() && pieces[number].size <= size; in_batch++) {
    size_t written = Write(batch + used, sent, number);
    Count(written - rtp::kHeaderSize - srtp::kTagSize);
    packet_size = std::max(packet_size, written);
    used += written;
    // Only the last one may be shorter.
    if (pieces[number++].size < size) break;
  }
  counts_.new_packets += static_cast<int64_t>(number - first);
  counts_.new_bytes += static_cast<int64_t>(used);
  SendCounted(batch, used, packet_size);
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
  // One that cannot be sent is not asked for: the receiver asks again.
  if (feedback.key_frame && HasRoomForKeyFrame()) AskForKeyFrame();
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
  // Where there is no room for what is new there is none for repeats: a full path would be filled with them.
  if (resends_allowed_ == 0 || !transport().budget().Allows(rank_, 0, false, g_get_monotonic_time())) return;
  uint64_t index = (next_index() & ~0xffffULL) | sequence;
  if (index >= next_index()) index -= 0x10000;
  auto found = std::find_if(history_.rbegin(), history_.rend(), [index](const Sent& sent) { return sent.first_index <= index; });
  if (found == history_.rend() || index >= found->first_index + found->frame->pieces.size()) return;
  resends_allowed_--;
  uint8_t packet[kMaxPacketSize];
  size_t size = Write(packet, *found, index - found->first_index);
  SendCounted(packet, size, size);
}

void VideoSender::SendCounted(const uint8_t* data, size_t size, size_t datagram_size) {
  counts_.all_bytes += static_cast<int64_t>(size);
  transport().SendVideo(data, size, datagram_size);
}

void VideoSender::OnReport(const rtcp::ReceptionReport& report, int64_t round_trip_us) {
  gint64 now = g_get_monotonic_time();
  Counts before = counts_;
  counts_ = {now, report.last_sequence, report.lost};
  if (before.at_us == 0 || before.new_packets == 0) return;
  int64_t expected = static_cast<uint16_t>(report.last_sequence - before.sequence);
  int64_t lost = report.lost - before.lost, arrived = std::max<int64_t>(0, expected - lost);
  int64_t received_bytes = arrived * before.new_bytes / before.new_packets;
  transport().budget().OnReport(report.ssrc, {now - before.at_us, expected, lost, received_bytes, before.all_bytes, round_trip_us}, now);
}

bool VideoSender::HasRoomFor(const frame::Frame& frame) {
  gint64 now = g_get_monotonic_time();
  if (frame.is_key) key_frame_size_ = frame.data.size();
  auto& budget = transport().budget();
  budget.OnWanted(frame.data.size(), now);
  return budget.Allows(rank_, frame.data.size(), frame.is_key, now);
}

bool VideoSender::HasRoomForKeyFrame() {
  return transport().budget().Allows(rank_, key_frame_size_, true, g_get_monotonic_time());
}

}  // namespace video_sender
