#include "sctp_guard.h"

#include <glib.h>

#include <algorithm>

namespace sctp_guard {
namespace {

constexpr size_t kHeaderBytes = 12;
constexpr size_t kChunkHeaderBytes = 4;
constexpr size_t kStreamIdOffset = 8;
constexpr uint8_t kData = 0, kSack = 3, kInterleavedData = 64, kReconfigure = 130;
constexpr uint8_t kBeginsMessage = 0x02;
constexpr uint16_t kAddOutgoingStreams = 17, kAddIncomingStreams = 18;  // RFC 6525

uint16_t Number(const uint8_t* bytes) {
  return static_cast<uint16_t>(bytes[0] << 8 | bytes[1]);
}

struct Packet {
  unsigned messages = 0;
  bool refused = false;
};

bool AddsStreams(const uint8_t* chunk, size_t length) {
  for (size_t at = kChunkHeaderBytes; at + 4 <= length;) {
    uint16_t type = Number(chunk + at), size = Number(chunk + at + 2);
    if (type == kAddOutgoingStreams || type == kAddIncomingStreams) return true;
    if (size < 4) return false;
    at += (size + 3u) & ~3u;
  }
  return false;
}

void Look(const uint8_t* chunk, size_t length, uint16_t streams, Packet& packet) {
  uint8_t type = chunk[0];
  if (type == kSack) return;  // as many as we send
  if (type != kData && type != kInterleavedData) {
    packet.messages++;
    if (type == kReconfigure && AddsStreams(chunk, length)) packet.refused = true;
    return;
  }
  if (chunk[1] & kBeginsMessage) packet.messages++;
  if (length < kStreamIdOffset + 2 || Number(chunk + kStreamIdOffset) >= streams) packet.refused = true;
}

Packet Parse(const uint8_t* bytes, size_t size, uint16_t streams) {
  Packet packet;
  for (size_t at = kHeaderBytes; at + kChunkHeaderBytes <= size;) {
    size_t length = Number(bytes + at + 2);
    if (length < kChunkHeaderBytes || at + length > size) {
      packet.refused = true;
      break;
    }
    Look(bytes + at, length, streams, packet);
    at += (length + 3) & ~size_t{3};
  }
  return packet;
}

}  // namespace

void Bucket::Fill(double seconds) {
  level_ = std::min(2 * rate_, level_ + rate_ * seconds);
}

Guard::Guard(const Limits& limits)
    : streams_(limits.streams), bytes_(limits.bytes_per_second), messages_(limits.messages_per_second), last_us_(g_get_monotonic_time()) {}

bool Guard::Admits(const uint8_t* packet, size_t size) {
  auto found = Parse(packet, size, streams_);
  int64_t now_us = g_get_monotonic_time();
  double seconds = static_cast<double>(now_us - last_us_) / G_USEC_PER_SEC;
  last_us_ = now_us;
  bytes_.Fill(seconds);
  messages_.Fill(seconds);
  auto bytes = static_cast<double>(size);
  if (found.refused || !bytes_.Has(bytes) || !messages_.Has(found.messages)) return false;
  bytes_.Take(bytes);
  messages_.Take(found.messages);
  return true;
}

}  // namespace sctp_guard
