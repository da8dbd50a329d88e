#include "rtcp.h"

#include <algorithm>
#include <cstring>

#include "bytes.h"

namespace rtcp {
namespace {

using bytes::Get16;
using bytes::Get32;
using bytes::Put16;
using bytes::Put32;

constexpr uint8_t kVersion = 0x80;
constexpr uint8_t kSenderReport = 200, kReceiverReport = 201, kSourceDescription = 202, kTransportFeedback = 205, kPayloadFeedback = 206;
constexpr uint8_t kNack = 1, kPictureLoss = 1, kFullIntraRequest = 4;
constexpr uint8_t kCnameItem = 1;
constexpr size_t kFeedbackHeader = 12;
constexpr size_t kSenderReportHeader = 28, kReceiverReportHeader = 8, kReportBlock = 24;

void ReadNack(const uint8_t* fci, const uint8_t* end, Feedback& feedback) {
  for (; fci + 4 <= end; fci += 4) {
    uint32_t first = Get16(fci), others = Get16(fci + 2);
    feedback.lost_packets.push_back(static_cast<uint16_t>(first));
    for (uint32_t i = 0; i < 16; i++)
      if (others >> i & 1) feedback.lost_packets.push_back(static_cast<uint16_t>(first + i + 1));
  }
}

// One packet of a compound: `end` is where it ends.
void ReadOne(const uint8_t* packet, const uint8_t* end, std::vector<Feedback>& all) {
  if (packet + kFeedbackHeader > end) return;
  uint8_t format = packet[0] & 0x1f, type = packet[1];
  const uint8_t* fci = packet + kFeedbackHeader;
  Feedback feedback;
  feedback.ssrc = Get32(packet + 8);
  if (type == kTransportFeedback && format == kNack) {
    ReadNack(fci, end, feedback);
    all.push_back(std::move(feedback));
  } else if (type == kPayloadFeedback && format == kPictureLoss) {
    feedback.key_frame = true;
    all.push_back(std::move(feedback));
  } else if (type == kPayloadFeedback && format == kFullIntraRequest) {
    // Each entry names its own stream; the header's SSRC means nothing.
    for (; fci + 8 <= end; fci += 8) all.push_back({Get32(fci), true, {}});
  }
}

// Calls `read` with the begin and the end of each packet of a compound, up to the first that cannot be read.
template <class Read>
void ForEach(const uint8_t* packet, size_t size, Read read) {
  const uint8_t* end = packet + size;
  while (packet + 4 <= end && (packet[0] & 0xc0) == kVersion) {
    size_t length = 4 * (Get16(packet + 2) + 1);
    if (length > static_cast<size_t>(end - packet)) break;
    read(packet, packet + length);
    packet += length;
  }
}

// Writes the CNAME of a sender and answers its size.
size_t WriteDescription(uint32_t ssrc, const std::string& cname, uint8_t* description) {
  size_t length = std::min(cname.size(), kMaxCname);
  // One chunk: the SSRC, the item, and zeros up to the next multiple of four, at least one (section 6.5).
  size_t chunk = (4 + 2 + length) / 4 * 4 + 4;
  memset(description, 0, 4 + chunk);
  description[0] = kVersion | 1;
  description[1] = kSourceDescription;
  Put16(description + 2, static_cast<uint32_t>(chunk / 4));
  Put32(description + 4, ssrc);
  description[8] = kCnameItem;
  description[9] = static_cast<uint8_t>(length);
  memcpy(description + 10, cname.data(), length);
  return 4 + chunk;
}

}  // namespace

std::vector<Feedback> ReadFeedback(const uint8_t* packet, size_t size) {
  std::vector<Feedback> all;
  ForEach(packet, size, [&all](const uint8_t* one, const uint8_t* end) { ReadOne(one, end, all); });
  return all;
}

std::vector<ReceptionReport> ReadReports(const uint8_t* packet, size_t size) {
  std::vector<ReceptionReport> all;
  ForEach(packet, size, [&all](const uint8_t* one, const uint8_t* end) {
    uint8_t type = one[1];
    if (type != kSenderReport && type != kReceiverReport) return;
    const uint8_t* block = one + (type == kSenderReport ? kSenderReportHeader : kReceiverReportHeader);
    for (int count = one[0] & 0x1f; count > 0 && block + kReportBlock <= end; count--, block += kReportBlock) {
      // 24 bits with a sign.
      auto lost = static_cast<int32_t>(Get32(block + 4) << 8) >> 8;
      all.push_back({Get32(block), block[4], lost, static_cast<uint16_t>(Get16(block + 10)),
                     static_cast<uint16_t>(Get16(block + 8)), Get32(block + 12), Get32(block + 16), Get32(block + 20)});
    }
  });
  return all;
}

std::vector<SenderClock> ReadSenderClocks(const uint8_t* packet, size_t size) {
  std::vector<SenderClock> all;
  ForEach(packet, size, [&all](const uint8_t* one, const uint8_t* end) {
    if (one[1] == kSenderReport && one + kSenderReportHeader <= end) all.push_back({Get32(one + 4), Get32(one + 10)});
  });
  return all;
}

void SetSender(uint32_t sender, uint8_t* packet) {
  Put32(packet + 4, sender);
}

void WritePictureLoss(uint32_t sender, uint32_t media, uint8_t* packet) {
  packet[0] = kVersion | kPictureLoss;
  packet[1] = kPayloadFeedback;
  Put16(packet + 2, 2);
  Put32(packet + 4, sender);
  Put32(packet + 8, media);
}

size_t WriteReport(const SenderReport& report, const std::string& cname, uint8_t* packet) {
  packet[0] = kVersion;
  packet[1] = kSenderReport;
  Put16(packet + 2, 6);
  Put32(packet + 4, report.ssrc);
  Put32(packet + 8, static_cast<uint32_t>(report.ntp_time >> 32));
  Put32(packet + 12, static_cast<uint32_t>(report.ntp_time));
  Put32(packet + 16, report.rtp_time);
  Put32(packet + 20, report.packets);
  Put32(packet + 24, report.payload_bytes);
  return 28 + WriteDescription(report.ssrc, cname, packet + 28);
}

std::vector<uint8_t> WriteReceiverReport(uint32_t sender, const std::vector<ReceptionReport>& reports, const std::string& cname) {
  size_t count = std::min(reports.size(), kMaxReceptionReports), size = kReceiverReportHeader + count * kReportBlock;
  std::vector<uint8_t> packet(size + kMaxReportSize);
  packet[0] = static_cast<uint8_t>(kVersion | count);
  packet[1] = kReceiverReport;
  Put16(packet.data() + 2, static_cast<uint32_t>(size / 4 - 1));
  Put32(packet.data() + 4, sender);
  uint8_t* block = packet.data() + kReceiverReportHeader;
  for (size_t i = 0; i < count; i++, block += kReportBlock) {
    const auto& report = reports[i];
    Put32(block, report.ssrc);
    Put32(block + 4, static_cast<uint32_t>(report.fraction_lost) << 24 | (static_cast<uint32_t>(report.lost) & 0xff'ffff));
    Put16(block + 8, report.cycles);
    Put16(block + 10, report.last_sequence);
    Put32(block + 12, report.jitter);
    Put32(block + 16, report.last_report);
    Put32(block + 20, report.delay);
  }
  packet.resize(size + WriteDescription(sender, cname, packet.data() + size));
  return packet;
}

std::vector<uint8_t> WriteNack(uint32_t sender, uint32_t media, const std::vector<uint16_t>& lost_packets) {
  std::vector<uint8_t> packet(kFeedbackHeader);
  packet[0] = kVersion | kNack;
  packet[1] = kTransportFeedback;
  Put32(packet.data() + 4, sender);
  Put32(packet.data() + 8, media);
  for (size_t i = 0; i < lost_packets.size();) {
    uint16_t first = lost_packets[i++];
    uint32_t others = 0;
    for (; i < lost_packets.size(); i++) {
      auto distance = static_cast<uint16_t>(lost_packets[i] - first);
      if (distance == 0 || distance > 16) break;
      others |= 1U << (distance - 1);
    }
    packet.resize(packet.size() + 4);
    Put16(packet.data() + packet.size() - 4, first);
    Put16(packet.data() + packet.size() - 2, others);
  }
  Put16(packet.data() + 2, static_cast<uint32_t>(packet.size() / 4 - 1));
  return packet;
}

}  // namespace rtcp
