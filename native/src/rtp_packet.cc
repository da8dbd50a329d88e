#include "rtp_packet.h"

#include "bytes.h"

namespace rtp {
namespace {

constexpr size_t kFixedSize = 12, kExtensionHeader = 4;
constexpr uint32_t kOneByteProfile = 0xbede;
constexpr uint8_t kLastId = 15;

std::optional<uint16_t> FindTransportSequence(const uint8_t* at, const uint8_t* end, uint8_t wanted) {
  while (at < end) {
    if (*at == 0) {
      at++;
      continue;
    }
    uint8_t id = *at >> 4;
    size_t size = (*at & 15) + 1U;
    if (id == kLastId || size > static_cast<size_t>(end - at - 1)) break;
    if (id == wanted && size == 2) return static_cast<uint16_t>(bytes::Get16(at + 1));
    at += 1 + size;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Header> ReadHeader(const uint8_t* packet, size_t size, uint8_t transport_id) {
  if (size < kFixedSize || packet[0] >> 6 != 2) return std::nullopt;
  Header header{};
  header.padded = (packet[0] & 0x20) != 0;
  header.marker = (packet[1] & 0x80) != 0;
  header.payload_type = packet[1] & 0x7f;
  header.sequence = static_cast<uint16_t>(bytes::Get16(packet + 2));
  header.timestamp = bytes::Get32(packet + 4);
  header.ssrc = bytes::Get32(packet + 8);
  header.header_size = kFixedSize + 4U * (packet[0] & 15);
  bool has_extension = (packet[0] & 0x10) != 0;
  if (has_extension) {
    size_t begin = header.header_size + kExtensionHeader;
    if (begin > size) return std::nullopt;
    header.header_size = begin + 4 * bytes::Get16(packet + begin - 2);
    if (header.header_size > size) return std::nullopt;
    if (transport_id != 0 && bytes::Get16(packet + begin - 4) == kOneByteProfile)
      header.transport_sequence = FindTransportSequence(packet + begin, packet + header.header_size, transport_id);
  }
  if (header.header_size > size) return std::nullopt;
  return header;
}

std::optional<size_t> PayloadSize(const Header& header, const uint8_t* packet, size_t size) {
  size_t payload = size - header.header_size;
  if (!header.padded) return payload;
  if (payload == 0) return std::nullopt;
  uint8_t padding = packet[size - 1];
  if (padding == 0 || padding > payload) return std::nullopt;
  return payload - padding;
}

bool IsRtpOrRtcp(const uint8_t* datagram, size_t size) {
  return size > 0 && datagram[0] >= 128 && datagram[0] <= 191;
}

bool IsRtcp(const uint8_t* datagram, size_t size) {
  return size > 1 && datagram[1] >= 192 && datagram[1] <= 223;
}

}  // namespace rtp
