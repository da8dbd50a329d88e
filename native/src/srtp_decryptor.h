// Decrypts what one page sends (RFC 3711): packets that are not authentic, or have come before, are refused.
#pragma once
#include <optional>
#include <unordered_map>

#include "replay_window.h"
#include "rtp_packet.h"
#include "srtp_session.h"

namespace srtp {

// A decrypted RTP packet: its size without the tag, and its sequence number with the rollover counter above it (section 3.3.1).
struct Opened {
  size_t size;
  uint64_t index;
};

class Decryptor {
 public:
  explicit Decryptor(const uint8_t* master);

  // Decrypts an RTP packet of `size` bytes in place; answers nothing when it is refused. `header` is the packet's.
  std::optional<Opened> UnprotectRtp(uint8_t* packet, size_t size, const rtp::Header& header);
  // The same for a compound RTCP packet; answers its size without index and tag.
  std::optional<size_t> UnprotectRtcp(uint8_t* packet, size_t size);

 private:
  using Windows = std::unordered_map<uint32_t, ReplayWindow>;

  Session rtp_, rtcp_;
  // By their SSRC; only of those of which something authentic has come.
  Windows rtp_windows_, rtcp_windows_;
};

}  // namespace srtp
