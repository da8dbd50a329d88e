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
  VideoSender(rtp::Identity identity, std::shared_ptr<transport::Core> transport, js_queue::CallbackPtr on_key_frame_wanted);

  // Sends a frame; nothing while the transport is not open. `time` is its running time.
  void Send(const frame::FramePtr& frame, GstClockTime time);
  void OnFeedback(const rtcp::Feedback& feedback) override;
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

  js_queue::CallbackPtr on_key_frame_wanted_;
  gint64 last_asked_us_ = 0;
  uint16_t picture_id_;
  std::deque<Sent> history_;
  size_t resends_allowed_ = 0;
};

}  // namespace video_sender
