#include "sctp_guard.h"

#include <algorithm>

namespace sctp_guard {
namespace {

constexpr gsize kHeaderBytes = 12;
constexpr gsize kChunkHeaderBytes = 4;
constexpr gsize kStreamIdOffset = 8;
constexpr guint8 kData = 0, kSack = 3, kInterleavedData = 64, kReconfigure = 130;
constexpr guint8 kBeginsMessage = 0x02;
constexpr guint16 kAddOutgoingStreams = 17, kAddIncomingStreams = 18;  // RFC 6525

// Fills at `rate` and holds two seconds' worth.
class Bucket {
 public:
  explicit Bucket(double rate) : rate_(rate), level_(2 * rate) {}
  void Fill(double seconds) { level_ = std::min(2 * rate_, level_ + rate_ * seconds); }
  bool Has(double amount) const { return level_ >= amount; }
  void Take(double amount) { level_ -= amount; }

 private:
  double rate_, level_;
};

struct Watch {
  explicit Watch(const Limits& limits) : streams(limits.streams), bytes(limits.bytes_per_second), messages(limits.messages_per_second) {}
  guint streams;
  Bucket bytes, messages;
  gint64 last_us = g_get_monotonic_time();
};

struct Packet {
  guint messages = 0;
  bool refused = false;
};

bool AddsStreams(const guint8* chunk, gsize length) {
  for (gsize at = kChunkHeaderBytes; at + 4 <= length;) {
    guint16 type = GST_READ_UINT16_BE(chunk + at), size = GST_READ_UINT16_BE(chunk + at + 2);
    if (type == kAddOutgoingStreams || type == kAddIncomingStreams) return true;
    if (size < 4) return false;
    at += (size + 3u) & ~3u;
  }
  return false;
}

void Look(const guint8* chunk, gsize length, guint streams, Packet& packet) {
  guint8 type = chunk[0];
  if (type == kSack) return;  // as many as we send
  if (type != kData && type != kInterleavedData) {
    packet.messages++;
    if (type == kReconfigure && AddsStreams(chunk, length)) packet.refused = true;
    return;
  }
  if (chunk[1] & kBeginsMessage) packet.messages++;
  if (length < kStreamIdOffset + 2 || GST_READ_UINT16_BE(chunk + kStreamIdOffset) >= streams) packet.refused = true;
}

Packet Parse(const guint8* bytes, gsize size, guint streams) {
  Packet packet;
  for (gsize at = kHeaderBytes; at + kChunkHeaderBytes <= size;) {
    gsize length = GST_READ_UINT16_BE(bytes + at + 2);
    if (length < kChunkHeaderBytes || at + length > size) {
      packet.refused = true;
      break;
    }
    Look(bytes + at, length, streams, packet);
    at += (length + 3) & ~gsize{3};
  }
  return packet;
}

GstPadProbeReturn OnPacket(GstPad*, GstPadProbeInfo* info, gpointer data) {
  auto& watch = *static_cast<Watch*>(data);
  GstMapInfo map;
  if (!gst_buffer_map(GST_PAD_PROBE_INFO_BUFFER(info), &map, GST_MAP_READ)) return GST_PAD_PROBE_DROP;
  auto packet = Parse(map.data, map.size, watch.streams);
  auto bytes = static_cast<double>(map.size);
  gst_buffer_unmap(GST_PAD_PROBE_INFO_BUFFER(info), &map);

  gint64 now_us = g_get_monotonic_time();
  double seconds = static_cast<double>(now_us - watch.last_us) / G_USEC_PER_SEC;
  watch.last_us = now_us;
  watch.bytes.Fill(seconds);
  watch.messages.Fill(seconds);
  if (packet.refused || !watch.bytes.Has(bytes) || !watch.messages.Has(packet.messages)) return GST_PAD_PROBE_DROP;
  watch.bytes.Take(bytes);
  watch.messages.Take(packet.messages);
  return GST_PAD_PROBE_OK;
}

}  // namespace

void Guard(GstPad* pad, const Limits& limits) {
  gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, OnPacket, new Watch(limits), [](gpointer data) { delete static_cast<Watch*>(data); });
}

}  // namespace sctp_guard
