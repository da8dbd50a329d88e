// Sends Opus packets as RTP (RFC 7587). On the send thread only, but for its making.
#pragma once
#include <atomic>
#include <cstdint>
#include <vector>

#include "rtp_stream.h"

namespace audio_sender {

class AudioSender : public rtp::Stream {
 public:
  using rtp::Stream::Stream;

  // Sends one packet; nothing while the transport is not open. `time` is its running time, `begins` = after a silence.
  void Send(const std::vector<uint8_t>& opus, GstClockTime time, bool begins);
  // A lost packet of sound is not sent again: it would come too late.
  void OnFeedback(const rtcp::Feedback&) override {}
  void OnReport(const rtcp::ReceptionReport& report, int64_t round_trip_us) override;

  // How many of a hundred packets get lost on the way, for the encoder. Callable from any thread.
  int loss_percent() const { return loss_percent_; }

 private:
  std::atomic<int> loss_percent_{0};
};

}  // namespace audio_sender
