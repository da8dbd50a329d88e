#include "srtp_decryptor.h"

#include <openssl/crypto.h>

#include "bytes.h"

namespace srtp {
namespace {

// What is forgotten could be replayed, so a page cannot have more streams than this in its life.
constexpr size_t kMaxSenders = 512;
constexpr uint32_t kEncrypted = 0x80000000;

// The index that is nearest to the highest one so far (appendix A); nothing when it would lie before the first.
std::optional<uint64_t> GuessIndex(const ReplayWindow* window, uint16_t sequence) {
  if (!window || window->empty()) return sequence;
  uint64_t highest = window->highest();
  auto step = static_cast<int16_t>(static_cast<uint16_t>(sequence - static_cast<uint16_t>(highest)));
  if (step < 0 && static_cast<uint64_t>(-step) > highest) return std::nullopt;
  return highest + static_cast<uint64_t>(static_cast<int64_t>(step));
}

template <class Windows>
auto* Find(Windows& windows, uint32_t ssrc) {
  auto found = windows.find(ssrc);
  return found == windows.end() ? nullptr : &found->second;
}

}  // namespace

Decryptor::Decryptor(const uint8_t* master) : rtp_(master, 0), rtcp_(master, 3) {}

std::optional<Opened> Decryptor::UnprotectRtp(uint8_t* packet, size_t size, const rtp::Header& header) {
  if (size < header.header_size + kTagSize) return std::nullopt;
  auto* window = Find(rtp_windows_, header.ssrc);
  auto index = GuessIndex(window, header.sequence);
  if (!index || (window && !window->IsNew(*index)) || (!window && rtp_windows_.size() >= kMaxSenders)) return std::nullopt;
  size -= kTagSize;
  uint8_t rollover_counter[4], tag[kTagSize];
  bytes::Put32(rollover_counter, static_cast<uint32_t>(*index >> 16));
  rtp_.hmac.Tag(packet, size, rollover_counter, sizeof(rollover_counter), tag);
  if (CRYPTO_memcmp(tag, packet + size, kTagSize) != 0) return std::nullopt;
  rtp_windows_[header.ssrc].Note(*index);
  rtp_.cipher.Apply(rtp_.salt, header.ssrc, *index, packet + header.header_size, size - header.header_size);
  return Opened{size, *index};
}

std::optional<size_t> Decryptor::UnprotectRtcp(uint8_t* packet, size_t size) {
  if (size < kRtcpClearSize + kRtcpTrailerSize) return std::nullopt;
  size -= kTagSize;
  uint8_t tag[kTagSize];
  rtcp_.hmac.Tag(packet, size - 4, packet + size - 4, 4, tag);
  if (CRYPTO_memcmp(tag, packet + size, kTagSize) != 0) return std::nullopt;
  size -= 4;
  uint32_t ssrc = bytes::Get32(packet + 4), word = bytes::Get32(packet + size);
  uint32_t index = word & ~kEncrypted;
  auto* window = Find(rtcp_windows_, ssrc);
  if ((window && !window->IsNew(index)) || (!window && rtcp_windows_.size() >= kMaxSenders)) return std::nullopt;
  rtcp_windows_[ssrc].Note(index);
  if (word & kEncrypted) rtcp_.cipher.Apply(rtcp_.salt, ssrc, index, packet + kRtcpClearSize, size - kRtcpClearSize);
  return size;
}

}  // namespace srtp
