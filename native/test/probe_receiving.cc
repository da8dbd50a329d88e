#include "probe_receiving.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <vector>

#include "../src/arrival_log.h"
#include "../src/depayloader.h"
#include "../src/media_clock.h"
#include "../src/packet_order.h"
#include "../src/repair_times.h"
#include "../src/rtcp.h"
#include "../src/rtp_packet.h"
#include "../src/source_counts.h"
#include "../src/srtp_decryptor.h"
#include "hex.h"

namespace {

using hex::Bytes;
using hex::FromHex;
using hex::ToHex;

// A word whose parts are separated by colons.
std::istringstream Parts(std::string word) {
  std::replace(word.begin(), word.end(), ':', ' ');
  return std::istringstream(word);
}

// unprotect-rtp MASTER PACKET…: `INDEX:PACKET;` or `refused;` for each
std::string UnprotectRtp(std::istream& arguments) {
  std::string master, packet, text;
  arguments >> master;
  srtp::Decryptor decryptor(FromHex(master).data());
  while (arguments >> packet) {
    auto bytes = FromHex(packet);
    auto header = rtp::ReadHeader(bytes.data(), bytes.size(), 0);
    auto opened = header ? decryptor.UnprotectRtp(bytes.data(), bytes.size(), *header) : std::nullopt;
    if (opened) bytes.resize(opened->size);
    text += opened ? std::to_string(opened->index) + ':' + ToHex(bytes) + ';' : "refused;";
  }
  return text;
}

// unprotect-rtcp MASTER PACKET…: `PACKET;` or `refused;` for each
std::string UnprotectRtcp(std::istream& arguments) {
  std::string master, packet, text;
  arguments >> master;
  srtp::Decryptor decryptor(FromHex(master).data());
  while (arguments >> packet) {
    auto bytes = FromHex(packet);
    auto size = decryptor.UnprotectRtcp(bytes.data(), bytes.size());
    if (size) bytes.resize(*size);
    text += size ? ToHex(bytes) + ';' : "refused;";
  }
  return text;
}

// read-header TRANSPORT_ID PACKET: `MARKER TYPE SEQUENCE TIMESTAMP SSRC HEADER_SIZE PAYLOAD_SIZE TRANSPORT_SEQUENCE`, -1 for what there is not
std::string ReadHeader(std::istream& arguments) {
  int transport_id;
  std::string packet;
  arguments >> transport_id >> packet;
  auto bytes = FromHex(packet);
  auto header = rtp::ReadHeader(bytes.data(), bytes.size(), static_cast<uint8_t>(transport_id));
  if (!header) return "none";
  auto payload = rtp::PayloadSize(*header, bytes.data(), bytes.size());
  std::ostringstream text;
  text << header->marker << ' ' << int{header->payload_type} << ' ' << header->sequence << ' ' << header->timestamp << ' ' << header->ssrc << ' '
       << header->header_size << ' ' << (payload ? static_cast<int>(*payload) : -1) << ' '
       << (header->transport_sequence ? int{*header->transport_sequence} : -1);
  return text.str();
}

// order PATIENCE MAX_WAITING EVENT…: `put:AT:INDEX`, `give-up:AT`, `due:AT:INTERVAL`, times in ms. Answers the indices as they pass,
// with `+MISSING` before one after a gap, and `?SEQUENCE,…` for what is due.
std::string Order(std::istream& arguments) {
  int64_t patience;
  size_t max_waiting;
  arguments >> patience >> max_waiting;
  std::ostringstream text;
  packet_order::PacketOrder order(max_waiting, [&text](const depayloader::Payload& payload, uint64_t missing) {
    if (missing > 0) text << '+' << missing << ' ';
    text << payload.timestamp << ' ';
  });
  for (std::string word; arguments >> word;) {
    auto parts = Parts(word);
    std::string kind;
    int64_t at, value = 0;
    parts >> kind >> at >> value;
    uint8_t byte = 0;
    if (kind == "put") order.Put(static_cast<uint64_t>(value), {&byte, 1, static_cast<uint32_t>(value), false}, at * 1000);
    if (kind == "give-up") order.GiveUp(at * 1000, patience * 1000);
    if (kind != "due") continue;
    text << '?';
    for (uint16_t sequence : order.TakeDue(at * 1000, value * 1000)) text << sequence << ',';
    text << ' ';
  }
  return text.str();
}

// repair-times ROUND_TRIP: in ms, negative for an unknown one. Answers after how many a packet is asked for again, and given up.
std::string RepairTimes(std::istream& arguments) {
  int64_t round_trip;
  arguments >> round_trip;
  int64_t us = round_trip * 1000;
  return std::to_string(repair_times::RepeatAfter(us) / 1000) + ' ' + std::to_string(repair_times::Patience(us) / 1000);
}

// depayload CODEC PACKET…: `TIMESTAMP:MARKER:PAYLOAD` or `lose`. Answers `key:TIMESTAMP:PICTURE` or `delta:…` for each picture, and
// `wanted` where a key frame is needed.
std::string Depayload(std::istream& arguments) {
  std::string codec, text;
  arguments >> codec;
  auto depayloader = depayloader::Make(codec == "h264" ? frame::Codec::kH264 : frame::Codec::kVp8);
  for (std::string word; arguments >> word;) {
    if (word == "lose") {
      depayloader->Lose();
    } else {
      auto parts = Parts(word);
      uint32_t timestamp;
      bool marker;
      std::string payload;
      parts >> timestamp >> marker >> payload;
      auto bytes = FromHex(payload);
      depayloader->Take({bytes.data(), bytes.size(), timestamp, marker}, [&text](depayloader::Picture picture) {
        text += (picture.is_key ? "key:" : "delta:") + std::to_string(picture.timestamp) + ':' + ToHex(picture.data) + ' ';
      });
    }
    if (depayloader->NeedsKeyFrame()) text += "wanted ";
  }
  return text;
}

// media-clock RATE TIMESTAMP:ARRIVAL_MS…: the times in ms
std::string MediaClock(std::istream& arguments) {
  uint32_t rate;
  arguments >> rate;
  media_clock::MediaClock clock(rate);
  std::ostringstream text;
  for (std::string word; arguments >> word;) {
    auto parts = Parts(word);
    uint32_t timestamp;
    double arrival;
    parts >> timestamp >> arrival;
    text << static_cast<double>(clock.TimeOf(timestamp, static_cast<int64_t>(arrival * 1e6))) / 1e6 << ' ';
  }
  return text.str();
}

// counts SSRC RATE EVENT…: `packet:AT:INDEX:TIMESTAMP`, `sender:AT:NTP_MIDDLE` and `report:AT`, times in ms; each report as
// `FRACTION LOST CYCLES SEQUENCE JITTER LAST_REPORT DELAY;`
std::string Counts(std::istream& arguments) {
  uint32_t ssrc, rate;
  arguments >> ssrc >> rate;
  source_counts::SourceCounts counts(ssrc, rate);
  std::ostringstream text;
  for (std::string word; arguments >> word;) {
    auto parts = Parts(word);
    std::string kind;
    int64_t at;
    uint64_t values[2] = {};
    parts >> kind >> at >> values[0] >> values[1];
    if (kind == "packet") counts.OnPacket(values[0], static_cast<uint32_t>(values[1]), 100, at * 1000);
    if (kind == "sender") counts.OnSenderReport(static_cast<uint32_t>(values[0]), at * 1000);
    if (kind != "report") continue;
    auto report = counts.TakeReport(at * 1000);
    text << int{report.fraction_lost} << ' ' << report.lost << ' ' << report.cycles << ' ' << report.last_sequence << ' ' << report.jitter << ' '
         << report.last_report << ' ' << report.delay << ';';
  }
  return text.str();
}

// arrivals SENDER MEDIA EVENT…: `SEQUENCE:MICROSECONDS` or `tell`; the feedback packets
std::string Arrivals(std::istream& arguments) {
  uint32_t sender, media;
  arguments >> sender >> media;
  arrival_log::ArrivalLog log;
  std::string text;
  for (std::string word; arguments >> word;) {
    if (word == "tell") {
      for (const auto& packet : log.TakeFeedback(sender, media)) text += ToHex(packet) + ' ';
      continue;
    }
    auto parts = Parts(word);
    uint32_t sequence;
    int64_t at;
    parts >> sequence >> at;
    log.Note(static_cast<uint16_t>(sequence), at);
  }
  return text;
}

// write-receiver-report SENDER CNAME REPORT…, each `SSRC:FRACTION:LOST:CYCLES:SEQUENCE:JITTER:LAST_REPORT:DELAY`
std::string WriteReceiverReport(std::istream& arguments) {
  uint32_t sender;
  std::string cname;
  arguments >> sender >> cname;
  std::vector<rtcp::ReceptionReport> reports;
  for (std::string word; arguments >> word;) {
    auto parts = Parts(word);
    rtcp::ReceptionReport report{};
    int fraction;
    parts >> report.ssrc >> fraction >> report.lost >> report.cycles >> report.last_sequence >> report.jitter >> report.last_report >> report.delay;
    report.fraction_lost = static_cast<uint8_t>(fraction);
    reports.push_back(report);
  }
  return ToHex(rtcp::WriteReceiverReport(sender, reports, cname));
}

// write-nack SENDER MEDIA SEQUENCE…
std::string WriteNack(std::istream& arguments) {
  uint32_t sender, media;
  arguments >> sender >> media;
  std::vector<uint16_t> lost;
  for (uint32_t sequence; arguments >> sequence;) lost.push_back(static_cast<uint16_t>(sequence));
  return ToHex(rtcp::WriteNack(sender, media, lost));
}

// read-sender-clocks PACKET: `SSRC NTP_MIDDLE;` for each
std::string ReadSenderClocks(std::istream& arguments) {
  std::string packet;
  arguments >> packet;
  auto bytes = FromHex(packet);
  std::ostringstream text;
  for (const auto& clock : rtcp::ReadSenderClocks(bytes.data(), bytes.size())) text << clock.ssrc << ' ' << clock.ntp_middle << ';';
  return text.str();
}

}  // namespace

std::optional<std::string> AnswerReceiving(const std::string& command, std::istream& arguments) {
  static const std::map<std::string, std::string (*)(std::istream&)> commands = {
      {"unprotect-rtp", UnprotectRtp},
      {"unprotect-rtcp", UnprotectRtcp},
      {"read-header", ReadHeader},
      {"order", Order},
      {"depayload", Depayload},
      {"media-clock", MediaClock},
      {"counts", Counts},
      {"arrivals", Arrivals},
      {"repair-times", RepairTimes},
      {"write-receiver-report", WriteReceiverReport},
      {"write-nack", WriteNack},
      {"read-sender-clocks", ReadSenderClocks},
  };
  auto found = commands.find(command);
  if (found == commands.end()) return std::nullopt;
  return found->second(arguments);
}
