#include "transport.h"

#include <algorithm>

namespace transport {
namespace {

constexpr int32_t kLongestRoundTrip = 60 * 65'536;

// The open ones; on the send thread.
std::vector<std::weak_ptr<Core>>& OpenOnes() {
  static auto* all = new std::vector<std::weak_ptr<Core>>;
  return *all;
}

}  // namespace

void Core::Open(std::unique_ptr<srtp::Encryptor> encryptor, std::shared_ptr<datagrams::Path> path) {
  encryptor_ = std::move(encryptor);
  path_ = std::move(path);
  OpenOnes().push_back(weak_from_this());
}

void Core::SetPath(std::shared_ptr<datagrams::Path> path) {
  if (encryptor_ && path) path_ = std::move(path);
}

void Core::Close() {
  if (pacer_) pacer_->Clear();
  encryptor_.reset();
  path_.reset();
  streams_.clear();
}

void Core::Write(const uint8_t* data, size_t size, size_t datagram_size) {
  outgoing_.bytes += size;
  outgoing_.packets += (size + datagram_size - 1) / datagram_size;
  path_->Send(data, size, datagram_size);
}

void Core::Send(const uint8_t* data, size_t size, size_t datagram_size) {
  Write(data, size, datagram_size);
}

void Core::SendVideo(const uint8_t* data, size_t size, size_t datagram_size) {
  budget_.OnSent(size, g_get_monotonic_time());
  if (!budget_.limited() && (!pacer_ || pacer_->empty())) {
    Send(data, size, datagram_size);
    return;
  }
  if (!pacer_)
    pacer_ = std::make_shared<pacer::Pacer>([this](const uint8_t* datagram, size_t length) {
      if (is_open()) Send(datagram, length, length);
    });
  pacer_->SetRate(budget_.limit_bps());
  pacer_->Take(data, size, datagram_size);
}

void Core::Add(uint32_t ssrc, std::weak_ptr<Stream> stream) {
  if (streams_.empty()) feedback_ssrc_ = ssrc;
  streams_[ssrc] = std::move(stream);
}

void Core::SendRtcp(uint8_t* packet, size_t size) {
  size_t protected_size = encryptor_->ProtectRtcp(packet, size, ++srtcp_index_);
  Write(packet, protected_size, protected_size);
}

void Core::SendReport(const rtcp::SenderReport& report) {
  uint8_t packet[rtcp::kMaxReportSize + srtp::kRtcpTrailerSize];
  SendRtcp(packet, rtcp::WriteReport(report, cname_, packet));
}

void Core::SendControl(std::vector<uint8_t> packet) {
  if (!is_open()) return;
  size_t size = packet.size();
  packet.resize(size + srtp::kRtcpTrailerSize);
  SendRtcp(packet.data(), size);
}

void Core::RequestKeyFrame(uint32_t ssrc) {
  if (!is_open()) return;
  outgoing_.key_frame_requests++;
  uint8_t packet[rtcp::kPictureLossSize + srtp::kRtcpTrailerSize];
  rtcp::WritePictureLoss(feedback_ssrc_, ssrc, packet);
  SendRtcp(packet, rtcp::kPictureLossSize);
}

void Core::OnFeedback(const std::vector<rtcp::Feedback>& all) {
  if (!is_open()) return;
  for (const auto& feedback : all) {
    auto found = streams_.find(feedback.ssrc);
    auto stream = found == streams_.end() ? nullptr : found->second.lock();
    if (stream) stream->OnFeedback(feedback);
  }
}

void Core::OnReports(const std::vector<rtcp::ReceptionReport>& all, uint32_t arrival) {
  if (!is_open()) return;
  for (const auto& report : all) {
    auto found = streams_.find(report.ssrc);
    auto stream = found == streams_.end() ? nullptr : found->second.lock();
    // RFC 3550, section 6.4.1; clocks that were set meanwhile make it negative, or absurd.
    auto round_trip = static_cast<int32_t>(arrival - report.last_report - report.delay);
    bool known = report.last_report != 0 && round_trip >= 0 && round_trip < kLongestRoundTrip;
    if (!stream) continue;
    auto round_trip_us = known ? int64_t{round_trip} * 1'000'000 / 65'536 : -1;
    Note(report, round_trip_us);
    stream->OnReport(report, round_trip_us);
  }
}

void Core::Note(const rtcp::ReceptionReport& report, int64_t round_trip_us) {
  auto [found, is_first] = reports_.try_emplace(report.ssrc, report);
  if (!is_first) {
    outgoing_.expected += static_cast<uint16_t>(report.last_sequence - found->second.last_sequence);
    outgoing_.lost += report.lost - found->second.lost;
    found->second = report;
  }
  if (round_trip_us < 0) return;
  int64_t before = outgoing_.round_trip_us;
  outgoing_.round_trip_us = before < 0 ? round_trip_us : (7 * before + round_trip_us) / 8;
}

void Core::Report() {
  for (auto& [ssrc, weak] : streams_)
    if (auto stream = weak.lock()) stream->Report();
  if (auto reporter = reporter_.lock()) reporter->Report();
}

void ReportAll() {
  auto& all = OpenOnes();
  auto closed = [](const std::weak_ptr<Core>& weak) {
    auto core = weak.lock();
    return !core || !core->is_open();
  };
  all.erase(std::remove_if(all.begin(), all.end(), closed), all.end());
  for (auto& weak : all) weak.lock()->Report();
}

}  // namespace transport
