#include "video_sender.h"

#include <algorithm>
#include <cstring>

#include "bytes.h"

namespace video_sender {
namespace {

constexpr size_t kDescriptorSize = 4;
// With it a packet is as large as a browser's.
constexpr size_t kMaxPieceSize = 1180;
constexpr size_t kMaxPacketSize = rtp::kHeaderSize + kDescriptorSize + kMaxPieceSize + srtp::kTagSize;
constexpr size_t kMaxBatch = std::min(datagrams::kMaxBatchDatagrams, datagrams::kMaxBatchBytes / kMaxPacketSize);
constexpr gint64 kKeyFrameIntervalUs = 100'000;
// A packet that is asked for later than this comes too late for its picture.
constexpr gint64 kHistoryUs = 1'000'000;
constexpr size_t kMaxHistory = 120;
// A receiver can have so many packets again at once, and in the long run as many as it was sent.
constexpr size_t kMaxResends = 500;

constexpr size_t DividedUp(size_t dividend, size_t divisor) {
  return (dividend + divisor - 1) / divisor;
}

}  // namespace

VideoSender::VideoSender(rtp::Identity identity, int rank, std::shared_ptr<transport::Core> transport, js_queue::CallbackPtr on_key_frame_wanted)
    : rtp::Stream(identity, std::move(transport)),
      rank_(rank),
      on_key_frame_wanted_(std::move(on_key_frame_wanted)),
      picture_id_(static_cast<uint16_t>(g_random_int() & 0x7fff)) {}

void VideoSender::Send(const frame::FramePtr& frame, GstClockTime time) {
  if (!transport().is_open() || frame->data.empty()) return;
  gint64 now = g_get_monotonic_time();
  while (!history_.empty() && (now - history_.front().sent_us > kHistoryUs || history_.size() >= kMaxHistory)) history_.pop_front();

  size_t size = frame->data.size();
  size_t piece_size = DividedUp(size, DividedUp(size, kMaxPieceSize)), count = DividedUp(size, piece_size);
  history_.push_back({frame, next_index(), count, piece_size, TimestampAt(time), picture_id_, now});
  picture_id_ = (picture_id_ + 1) & 0x7fff;
  const auto& sent = history_.back();
  size_t packet_size = rtp::kHeaderSize + kDescriptorSize + piece_size + srtp::kTagSize;
  static uint8_t batch[kMaxBatch * kMaxPacketSize];
  for (size_t number = 0; number < count;) {
    size_t used = 0;
    for (size_t in_batch = 0; in_batch < kMaxBatch && number < count; in_batch++, number++) {
      size_t written = Write(batch + used, sent, number);
      Count(written - rtp::kHeaderSize - srtp::kTagSize);
      used += written;
    }
    counts_.new_packets += static_cast<int64_t>(used / packet_size + (used % packet_size > 0));
    counts_.new_bytes += static_cast<int64_t>(used);
    SendCounted(batch, used, packet_size);
  }
  resends_allowed_ = std::min(kMaxResends, resends_allowed_ + count);
}

size_t VideoSender::Write(uint8_t* packet, const Sent& sent, size_t number) {
  uint64_t index = sent.first_index + number;
  size_t from = number * sent.piece_size, size = std::min(sent.piece_size, sent.frame->data.size() - from);
  WriteHeader(packet, index, number + 1 == sent.count, sent.timestamp);
  // The payload descriptor: extended, start of the frame or not, with a picture id of 15 bits (RFC 7741, section 4.2).
  uint8_t* descriptor = packet + rtp::kHeaderSize;
  descriptor[0] = number == 0 ? 0x90 : 0x80;
  descriptor[1] = 0x80;
  bytes::Put16(descriptor + 2, 0x8000U | sent.picture_id);
  memcpy(descriptor + kDescriptorSize, sent.frame->data.data() + from, size);
  return Protect(packet, rtp::kHeaderSize + kDescriptorSize + size, index);
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
  if (found == history_.rend() || index >= found->first_index + found->count) return;
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
