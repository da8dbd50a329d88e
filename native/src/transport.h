// The way to one page: webrtcbin's ICE and DTLS give the address and the keys, and what is sent goes out past its elements.
#pragma once
#include <gst/gst.h>
#include <napi.h>

#include <atomic>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "datagrams.h"
#include "pacer.h"
#include "rtcp.h"
#include "send_budget.h"
#include "srtp_encryptor.h"

namespace receiver {
class Receiver;
}

namespace transport {

// What has to be told to the page from time to time.
class Reporter {
 public:
  virtual ~Reporter() = default;
  // Called about once a second, on the send thread.
  virtual void Report() = 0;
};

// An outgoing RTP stream, as its transport sees it.
class Stream {
 public:
  virtual ~Stream() = default;
  virtual void OnFeedback(const rtcp::Feedback& feedback) = 0;
  // `round_trip_us` is negative when it is not known.
  virtual void OnReport(const rtcp::ReceptionReport& report, int64_t round_trip_us) = 0;
  // Called about once a second, for a sender report.
  virtual void Report() = 0;
};

// What has been sent, and what the page's receiver reports say of it. Written on the send thread, read on any.
struct Outgoing {
  std::atomic<uint64_t> bytes{0}, packets{0};
  // Of the packets that the reports cover; repeats count as received.
  std::atomic<int64_t> expected{0}, lost{0};
  std::atomic<int64_t> round_trip_us{-1};  // smoothed as in RFC 6298, section 2; negative when it is not known
  std::atomic<uint32_t> key_frame_requests{0};
};

// On the send thread only, but for its making and its figures.
class Core : public std::enable_shared_from_this<Core> {
 public:
  explicit Core(std::string cname) : cname_(std::move(cname)) {}

  // From now on there is somewhere to send to.
  void Open(std::unique_ptr<srtp::Encryptor> encryptor, std::shared_ptr<datagrams::Path> path);
  void SetPath(std::shared_ptr<datagrams::Path> path);
  void Close();

  bool is_open() const { return encryptor_ && path_; }
  srtp::Encryptor& encryptor() { return *encryptor_; }
  // Sends datagrams that lie one behind the other, each of `datagram_size` bytes but the last, which may be shorter.
  void Send(const uint8_t* data, size_t size, size_t datagram_size);
  // The same for video, which leaves at the path's pace where that is known, and counts against its budget.
  void SendVideo(const uint8_t* data, size_t size, size_t datagram_size);
  send_budget::SendBudget& budget() { return budget_; }
  // Asks the page for a key frame of a stream of its own, at once: rtpsession would wait for its next turn.
  void RequestKeyFrame(uint32_t ssrc);
  // Sends a sender report with the transport's CNAME.
  void SendReport(const rtcp::SenderReport& report);
  // Encrypts and sends an RTCP packet.
  void SendControl(std::vector<uint8_t> packet);
  // In whose name a receiver speaks to the page.
  uint32_t feedback_ssrc() const { return feedback_ssrc_; }
  const std::string& cname() const { return cname_; }
  void SetReporter(std::weak_ptr<Reporter> reporter) { reporter_ = std::move(reporter); }

  void Add(uint32_t ssrc, std::weak_ptr<Stream> stream);
  void OnFeedback(const std::vector<rtcp::Feedback>& all);
  void OnReports(const std::vector<rtcp::ReceptionReport>& all, uint32_t arrival);
  void Report();
  const Outgoing& outgoing() const { return outgoing_; }

 private:
  void Write(const uint8_t* data, size_t size, size_t datagram_size);
  void Note(const rtcp::ReceptionReport& report, int64_t round_trip_us);
  // Encrypts a packet that has room for the trailer behind its `size` bytes, and sends it.
  void SendRtcp(uint8_t* packet, size_t size);

  std::string cname_;
  send_budget::SendBudget budget_;
  std::shared_ptr<pacer::Pacer> pacer_;
  // The SSRC of the first stream: pages pass feedback on by a sender that they have been told of.
  uint32_t feedback_ssrc_ = 0;
  // Counts all RTCP packets, whatever their sender: an index is never used twice with one SSRC (RFC 3711, section 9.1).
  uint32_t srtcp_index_ = 0;
  std::unique_ptr<srtp::Encryptor> encryptor_;
  std::shared_ptr<datagrams::Path> path_;
  std::unordered_map<uint32_t, std::weak_ptr<Stream>> streams_;
  std::weak_ptr<Reporter> reporter_;
  Outgoing outgoing_;
  std::unordered_map<uint32_t, rtcp::ReceptionReport> reports_;  // the latest of each stream
};

// Lets every open transport report. On the send thread.
void ReportAll();

// The transport in a JavaScript value; null when it is none.
std::shared_ptr<Core> From(const Napi::Value& value);

// A stream that comes from a page, in a JavaScript value `{transport, ssrc}`.
struct Incoming {
  std::shared_ptr<receiver::Receiver> receiver;
  uint32_t ssrc;
};
// Throws a TypeError when the value is none.
Incoming IncomingFrom(const Napi::Value& value);

// Adds the class Transport to the module.
void Register(Napi::Env env, Napi::Object exports);

}  // namespace transport
