// The RTCP that a sender of media needs: what its receivers ask for, and its own reports.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rtcp {

// What a receiver asks of one stream.
struct Feedback {
  uint32_t ssrc = 0;
  bool key_frame = false;              // PLI (RFC 4585, section 6.3.1) or FIR (RFC 5104, section 4.3.1)
  std::vector<uint16_t> lost_packets;  // sequence numbers of generic NACKs (RFC 4585, section 6.2.1)
};

// The feedback in a compound packet; what cannot be read, or is of another kind, is passed over.
std::vector<Feedback> ReadFeedback(const uint8_t* packet, size_t size);

// What a receiver tells of one stream (RFC 3550, section 6.4.1).
struct ReceptionReport {
  uint32_t ssrc;
  uint8_t fraction_lost;   // of 256, since the report before
  int32_t lost;            // altogether; less than the truth, even below zero, as repeats count as received
  uint16_t last_sequence;  // the lower half of the highest sequence number received
  uint16_t cycles;         // the upper half: how often the numbers have begun anew
  uint32_t jitter;         // in units of the stream's clock
  uint32_t last_report;    // the middle of the NTP time of the last sender report; 0 when there was none
  uint32_t delay;          // since that came, in 1/65536 s
};

// The reception reports in a compound packet, of sender and of receiver reports.
std::vector<ReceptionReport> ReadReports(const uint8_t* packet, size_t size);

// What a sender tells of its stream's clock.
struct SenderClock {
  uint32_t ssrc;
  uint32_t ntp_middle;  // the middle of the NTP time, which reception reports repeat
};

// The sender reports in a compound packet.
std::vector<SenderClock> ReadSenderClocks(const uint8_t* packet, size_t size);

// Says who sends an RTCP packet.
void SetSender(uint32_t sender, uint8_t* packet);

constexpr size_t kPictureLossSize = 12;

// Writes a picture loss indication (RFC 4585, section 6.3.1) of `sender` about the stream `media`.
void WritePictureLoss(uint32_t sender, uint32_t media, uint8_t* packet);

// The contents of a sender report (RFC 3550, section 6.4.1).
struct SenderReport {
  uint32_t ssrc;
  uint64_t ntp_time;  // 32.32 fixed point, since 1900
  uint32_t rtp_time;
  uint32_t packets;
  uint32_t payload_bytes;
};

constexpr size_t kMaxCname = 255;
constexpr size_t kMaxReportSize = 28 + 4 + 4 + 2 + kMaxCname + 4;

// Writes a report and the CNAME as a compound packet of at most kMaxReportSize bytes; answers its size.
size_t WriteReport(const SenderReport& report, const std::string& cname, uint8_t* packet);

constexpr size_t kMaxReceptionReports = 31;

// A receiver report of `sender` (section 6.4.2) and the CNAME as a compound packet; at most kMaxReceptionReports are told.
std::vector<uint8_t> WriteReceiverReport(uint32_t sender, const std::vector<ReceptionReport>& reports, const std::string& cname);

// A generic NACK (RFC 4585, section 6.2.1) for packets of the stream `media`, in the order of their sequence numbers.
std::vector<uint8_t> WriteNack(uint32_t sender, uint32_t media, const std::vector<uint16_t>& lost_packets);

}  // namespace rtcp
