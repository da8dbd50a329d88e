// Runs what needs no GStreamer for the tests: a command with hexadecimal arguments on each line of the input, an answer on each
// line of the output.
#include <algorithm>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "../src/frame_reader.h"
#include "../src/loudness.h"
#include "../src/picture_fit.h"
#include "../src/rtcp.h"
#include "../src/send_budget.h"
#include "../src/srtp_encryptor.h"
#include "hex.h"
#include "probe_receiving.h"

namespace {

using hex::Bytes;
using hex::FromHex;
using hex::ToHex;

// protect-rtp MASTER ROLLOVER_COUNTER HEADER_SIZE PACKET
std::string ProtectRtp(std::istream& arguments) {
  std::string master, packet;
  uint32_t rollover_counter;
  size_t header_size;
  arguments >> master >> rollover_counter >> header_size >> packet;
  auto bytes = FromHex(packet);
  size_t size = bytes.size();
  bytes.resize(size + srtp::kTagSize);
  srtp::Encryptor encryptor(FromHex(master).data());
  bytes.resize(encryptor.ProtectRtp(bytes.data(), header_size, size, rollover_counter));
  return ToHex(bytes);
}

// protect-rtcp MASTER INDEX PACKET
std::string ProtectRtcp(std::istream& arguments) {
  std::string master, packet;
  uint32_t index;
  arguments >> master >> index >> packet;
  auto bytes = FromHex(packet);
  size_t size = bytes.size();
  bytes.resize(size + srtp::kRtcpTrailerSize);
  srtp::Encryptor encryptor(FromHex(master).data());
  bytes.resize(encryptor.ProtectRtcp(bytes.data(), size, index));
  return ToHex(bytes);
}

// read-feedback PACKET: `SSRC KEY_FRAME SEQUENCE…;` for each
std::string ReadFeedback(std::istream& arguments) {
  std::string packet;
  arguments >> packet;
  auto bytes = FromHex(packet);
  std::ostringstream text;
  for (const auto& feedback : rtcp::ReadFeedback(bytes.data(), bytes.size())) {
    text << feedback.ssrc << ' ' << feedback.key_frame;
    for (uint16_t sequence : feedback.lost_packets) text << ' ' << sequence;
    text << ';';
  }
  return text.str();
}

// read-reports PACKET: `SSRC FRACTION_LOST LOST SEQUENCE LAST_REPORT DELAY;` for each
std::string ReadReports(std::istream& arguments) {
  std::string packet;
  arguments >> packet;
  auto bytes = FromHex(packet);
  std::ostringstream text;
  for (const auto& report : rtcp::ReadReports(bytes.data(), bytes.size()))
    text << report.ssrc << ' ' << int{report.fraction_lost} << ' ' << report.lost << ' ' << report.last_sequence << ' ' << report.last_report
         << ' ' << report.delay << ';';
  return text.str();
}

// budget EVENT…: a line of events at times in milliseconds, in their order. `report:AT:PERIOD:EXPECTED:LOST:RECEIVED:SENT:ROUND_TRIP`,
// `sound:AT:LOST_PERCENT`, `wanted:AT:BYTES`, `sent:AT:BYTES`, `allows:AT:RANK:BYTES:KEY` and `limit:AT`; answers of the last two, one after another.
std::string Budget(std::istream& arguments) {
  send_budget::SendBudget budget;
  std::ostringstream text;
  for (std::string event; arguments >> event;) {
    std::replace(event.begin(), event.end(), ':', ' ');
    std::istringstream words(event);
    std::string kind;
    int64_t at;
    words >> kind >> at;
    at *= 1000;
    int64_t values[6] = {};
    for (int64_t& value : values) words >> value;
    if (kind == "report")
      budget.OnReport(1, {values[0] * 1000, values[1], values[2], values[3], values[4], values[5] < 0 ? -1 : values[5] * 1000}, at);
    else if (kind == "wanted")
      budget.OnWanted(static_cast<size_t>(values[0]), at);
    else if (kind == "sent")
      budget.OnSent(static_cast<size_t>(values[0]), at);
    else if (kind == "sound")
      budget.OnSoundReport(static_cast<double>(values[0]) / 100, at);
    else if (kind == "allows")
      text << budget.Allows(static_cast<int>(values[0]), static_cast<size_t>(values[1]), values[2] != 0, at) << ' ';
    else if (kind == "limit")
      text << static_cast<int64_t>(budget.limit_bps()) << ' ';
  }
  return text.str();
}

// write-report SSRC NTP_TIME RTP_TIME PACKETS BYTES CNAME
std::string WriteReport(std::istream& arguments) {
  rtcp::SenderReport report;
  std::string cname;
  arguments >> report.ssrc >> report.ntp_time >> report.rtp_time >> report.packets >> report.payload_bytes >> cname;
  Bytes bytes(rtcp::kMaxReportSize);
  bytes.resize(rtcp::WriteReport(report, cname, bytes.data()));
  return ToHex(bytes);
}

// write-picture-loss SENDER MEDIA
std::string WritePictureLoss(std::istream& arguments) {
  uint32_t sender, media;
  arguments >> sender >> media;
  Bytes bytes(rtcp::kPictureLossSize);
  rtcp::WritePictureLoss(sender, media, bytes.data());
  return ToHex(bytes);
}

// level SAMPLE…: in dBov
std::string Level(std::istream& arguments) {
  std::vector<int16_t> samples;
  for (int sample; arguments >> sample;) samples.push_back(static_cast<int16_t>(sample));
  return std::to_string(loudness::Level(loudness::MeanSquare(samples.data(), samples.size())));
}

// gate MEAN_SQUARE…: 1 for each frame that is to be heard, else 0
std::string Gate(std::istream& arguments) {
  loudness::Gate gate;
  std::string text;
  for (double mean_square; arguments >> mean_square;) text += gate.Hear(mean_square) ? '1' : '0';
  return text;
}

// read-frames CODEC PICTURE…: of each picture of a stream `nothing`, `lost`, or `key` or `delta` and the pieces of its data
std::string ReadFrames(std::istream& arguments) {
  std::string codec, picture, text;
  arguments >> codec;
  auto reader = frame_reader::Make(codec == "h264" ? frame::Codec::kH264 : frame::Codec::kVp8);
  while (arguments >> picture) {
    auto reading = reader->Read(FromHex(picture == "-" ? "" : picture));
    text += !reading.frame ? (reading.is_lost ? "lost" : "nothing") : (reading.frame->is_key ? "key" : "delta");
    if (reading.frame) {
      const auto& data = reading.frame->data;
      for (const auto& piece : reading.frame->pieces) text += ' ' + ToHex({data.data() + piece.from, data.data() + piece.from + piece.size});
    }
    text += ';';
  }
  return text;
}

// fit PICTURE_WIDTH PICTURE_HEIGHT TILE_WIDTH TILE_HEIGHT WHOLE: source and target, each as `X Y WIDTH HEIGHT`
std::string Fit(std::istream& arguments) {
  int picture_width, picture_height, tile_width, tile_height, whole;
  arguments >> picture_width >> picture_height >> tile_width >> tile_height >> whole;
  auto fit = picture_fit::FitInto(picture_width, picture_height, tile_width, tile_height, whole != 0);
  std::ostringstream text;
  for (const auto& rect : {fit.source, fit.target}) text << rect.x << ' ' << rect.y << ' ' << rect.width << ' ' << rect.height << ' ';
  return text.str();
}

std::string Answer(const std::string& line) {
  std::istringstream arguments(line);
  std::string command;
  arguments >> command;
  if (command == "protect-rtp") return ProtectRtp(arguments);
  if (command == "protect-rtcp") return ProtectRtcp(arguments);
  if (command == "read-feedback") return ReadFeedback(arguments);
  if (command == "read-reports") return ReadReports(arguments);
  if (command == "budget") return Budget(arguments);
  if (command == "write-report") return WriteReport(arguments);
  if (command == "write-picture-loss") return WritePictureLoss(arguments);
  if (command == "level") return Level(arguments);
  if (command == "gate") return Gate(arguments);
  if (command == "read-frames") return ReadFrames(arguments);
  if (command == "fit") return Fit(arguments);
  return AnswerReceiving(command, arguments).value_or("unknown command");
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) std::cout << Answer(line) << std::endl;
}
