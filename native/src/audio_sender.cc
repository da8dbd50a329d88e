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

}  // namespace audio_sender
