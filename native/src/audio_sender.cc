#include "audio_sender.h"

#include <algorithm>

namespace audio_sender {

void AudioSender::Send(const std::vector<uint8_t>& opus, GstClockTime time, bool begins) {
  if (!transport().is_open()) return;
  std::vector<uint8_t> packet(rtp::kHeaderSize + opus.size() + srtp::kTagSize);
  uint64_t index = Count(opus.size());
  WriteHeader(packet.data(), index, begins, TimestampAt(time));
  std::copy(opus.begin(), opus.end(), packet.begin() + rtp::kHeaderSize);
  size_t size = Protect(packet.data(), rtp::kHeaderSize + opus.size(), index);
  transport().Send(packet.data(), size, size);
}

// Loss comes in bursts: it is expected again for some reports after one that knows of none.
void AudioSender::OnReport(const rtcp::ReceptionReport& report, int64_t) {
  int lost = (report.fraction_lost * 100 + 255) / 256;
  loss_percent_ = std::max(lost, loss_percent_ * 3 / 4);
  transport().budget().OnSoundReport(report.fraction_lost / 256.0, g_get_monotonic_time());
}

}  // namespace audio_sender
