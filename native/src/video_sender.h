// Sends frames as RTP and sends again what its receiver has lost. On the send thread only, but for its making.
#pragma once
#include <deque>

#include "frame.h"
#include "js_queue.h"
#include "rtp_stream.h"

namespace video_sender {

class VideoSender : public rtp::Stream {
 public:
  // `on_key_frame_wanted` is called when the receiver asks for a key frame, at most every 100 ms.
  VideoSender(rtp::Identity identity, int rank, std::shared_ptr<transport::Core> transport, js_queue::CallbackPtr on_key_frame_wanted);

  // Sends a frame; nothing while the transport is not open. `time` is its running time.
  void Send(const frame::FramePtr& frame, GstClockTime time);
  void OnFeedback(const rtcp::Feedback& feedback) override;
  void OnReport(const rtcp::ReceptionReport& report, int64_t round_trip_us) override;
  // Whether the path has room for such a frame now; the slot's rank decides who goes without.
  bool HasRoomFor(const frame::Frame& frame);
  // The same for a key frame as large as the last one.
  bool HasRoomForKeyFrame();
  // 0 = the slot that is served first.
  int rank() const { return rank_; }
  // Lets the callback go.
  void Close() { on_key_frame_wanted_.reset(); }

 private:
  // A frame that may have to be sent again.
  struct Sent {
    frame::FramePtr frame;
    uint64_t first_index;
    uint32_t timestamp;
    uint16_t picture_id;
    gint64 sent_us;
  };

  // Writes and encrypts the packet of this number in the frame; answers its size.
  size_t Write(uint8_t* packet, const Sent& sent, size_t number);
  // Sends packets of a frame from this number on with one call; answers the number of the next.
  size_t SendBatch(const Sent& sent, size_t number);
  void Resend(uint16_t sequence);
  void AskForKeyFrame();
  // Sends datagrams and keeps the count for the next report.
  void SendCounted(const uint8_t* data, size_t size, size_t datagram_size);

  // What was sent up to a reception report.
  struct Counts {
    gint64 at_us = 0;
    uint16_t sequence = 0;
    int64_t lost = 0, new_packets = 0, new_bytes = 0, all_bytes = 0;
  };

  const int rank_;
  js_queue::CallbackPtr on_key_frame_wanted_;
  Counts counts_;  // since the last report
  size_t key_frame_size_ = 0;
  gint64 last_asked_us_ = 0;
  uint16_t picture_id_;
  std::deque<Sent> history_;
  size_t resends_allowed_ = 0;
};

}  // namespace video_sender
