#include "transport.h"

#include <algorithm>

#include "gst_object.h"
#include "js_queue.h"
#include "ntp.h"
#include "reception.h"
#include "send_thread.h"

namespace transport {
namespace {

// With BUNDLE and rtcp-mux webrtcbin has one ICE stream of one component.
constexpr guint kStreamId = 1, kComponentId = NICE_COMPONENT_TYPE_RTP;
constexpr int32_t kLongestRoundTrip = 60 * 65'536;
constexpr guint kAes128 = 1, kSha1With80Bits = 2;  // GstDtlsSrtpCipher and GstDtlsSrtpAuth

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

namespace {

// ---------------------------------------------------------------- webrtcbin

GstElement* FindElement(GstElement* webrtcbin, const char* factory) {
  auto* iterator = gst_bin_iterate_all_by_element_factory_name(GST_BIN(webrtcbin), factory);
  GValue item = G_VALUE_INIT;
  GstElement* found = nullptr;
  if (gst_iterator_next(iterator, &item) == GST_ITERATOR_OK) {
    found = GST_ELEMENT(g_value_dup_object(&item));
    g_value_unset(&item);
  }
  gst_iterator_free(iterator);
  return found;
}

// The keys that DTLS has made for what is sent; null before, and when it has agreed on another profile.
std::unique_ptr<srtp::Encryptor> EncryptorOf(GstElement* webrtcbin) {
  auto* dtls = FindElement(webrtcbin, "dtlsenc");
  if (!dtls) return nullptr;
  GstBuffer* key = nullptr;
  guint cipher = 0, auth = 0;
  g_object_get(dtls, "encoder-key", &key, "srtp-cipher", &cipher, "srtp-auth", &auth, nullptr);
  gst_object_unref(dtls);
  uint8_t master[srtp::kMasterSize];
  bool usable = key && cipher == kAes128 && auth == kSha1With80Bits && gst_buffer_extract(key, 0, master, sizeof(master)) == sizeof(master);
  if (key) gst_buffer_unref(key);
  return usable ? std::make_unique<srtp::Encryptor>(master) : nullptr;
}

NiceAgent* AgentOf(GstElement* webrtcbin) {
  GObject *ice = nullptr, *agent = nullptr;
  g_object_get(webrtcbin, "ice-agent", &ice, nullptr);
  g_object_get(ice, "agent", &agent, nullptr);
  g_object_unref(ice);
  return NICE_AGENT(agent);
}

using CorePtr = std::shared_ptr<Core>;

void DeleteCore(gpointer data) {
  delete static_cast<CorePtr*>(data);
}

void OnNewPair(NiceAgent* agent, guint stream_id, guint component_id, NiceCandidate*, NiceCandidate*, gpointer data) {
  auto path = datagrams::SelectedPath(agent, stream_id, component_id);
  send_thread::Post([core = *static_cast<CorePtr*>(data), path = std::move(path)]() mutable { core->SetPath(std::move(path)); });
}

GstPadProbeReturn OnRtcp(GstPad*, GstPadProbeInfo* info, gpointer data) {
  GstMapInfo map;
  auto* buffer = GST_PAD_PROBE_INFO_BUFFER(info);
  if (!gst_buffer_map(buffer, &map, GST_MAP_READ)) return GST_PAD_PROBE_OK;
  auto feedback = rtcp::ReadFeedback(map.data, map.size);
  auto reports = rtcp::ReadReports(map.data, map.size);
  gst_buffer_unmap(buffer, &map);
  if (!feedback.empty()) {
    send_thread::Post([core = *static_cast<CorePtr*>(data), feedback = std::move(feedback)] { core->OnFeedback(feedback); });
  }
  if (!reports.empty()) {
    auto arrival = static_cast<uint32_t>(ntp::Now() >> 16);
    send_thread::Post([core = *static_cast<CorePtr*>(data), reports = std::move(reports), arrival] { core->OnReports(reports, arrival); });
  }
  return GST_PAD_PROBE_OK;
}

// ---------------------------------------------------------------- JavaScript

Napi::Object SourceToJs(Napi::Env env, const reception::Source& source) {
  auto object = Napi::Object::New(env);
  auto put = [&object](const char* name, auto value) { object.Set(name, static_cast<double>(value)); };
  put("ssrc", source.ssrc);
  put("clockRate", source.clock_rate);
  put("packets", source.packets);
  put("bytes", source.bytes);
  put("lostPackets", source.lost);
  put("jitter", source.jitter);
  put("keyFrameRequests", source.key_frame_requests);
  return object;
}

class TransportWrap : public Napi::ObjectWrap<TransportWrap> {
 public:
  static Napi::FunctionReference constructor;

  // new Transport(webrtcbin, cname)
  explicit TransportWrap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<TransportWrap>(info) {
    auto* object = GstObjectWrap::ObjectOf(info[0]);
    if (!object || !GST_IS_BIN(object)) throw Napi::TypeError::New(info.Env(), "a webrtcbin is needed");
    webrtcbin_ = GST_ELEMENT(gst_object_ref(object));
    core = std::make_shared<Core>(info[1].ToString().Utf8Value());
  }
  ~TransportWrap() override { End(); }

  // To be called when DTLS is up; throws when it is not, or has agreed on a profile that cannot be used.
  Napi::Value Open(const Napi::CallbackInfo& info) {
    if (!webrtcbin_ || agent_) throw Napi::Error::New(info.Env(), "the transport is open already, or closed");
    auto encryptor = EncryptorOf(webrtcbin_);
    if (!encryptor) throw Napi::Error::New(info.Env(), "DTLS has no keys for SRTP");
    ListenToRtcp();
    agent_ = AgentOf(webrtcbin_);
    handler_ = g_signal_connect_data(agent_, "new-selected-pair-full", G_CALLBACK(OnNewPair), new CorePtr(core),
                                     [](gpointer data, GClosure*) { DeleteCore(data); }, static_cast<GConnectFlags>(0));
    auto path = datagrams::SelectedPath(agent_, kStreamId, kComponentId);
    send_thread::Post([core = core, encryptor = std::make_shared<std::unique_ptr<srtp::Encryptor>>(std::move(encryptor)), path] {
      core->Open(std::move(*encryptor), path);
    });
    return info.Env().Undefined();
  }

  // requestKeyFrame(ssrc)
  Napi::Value RequestKeyFrame(const Napi::CallbackInfo& info) {
    send_thread::Post([core = core, ssrc = info[0].ToNumber().Uint32Value()] { core->RequestKeyFrame(ssrc); });
    return info.Env().Undefined();
  }

  // figures(): see Transport in binding.ts
  Napi::Value Figures(const Napi::CallbackInfo& info) {
    auto env = info.Env();
    const auto& outgoing = core->outgoing();
    auto figures = Napi::Object::New(env);
    auto put = [&figures](const char* name, auto value) { figures.Set(name, static_cast<double>(value)); };
    put("bytes", outgoing.bytes.load());
    put("packets", outgoing.packets.load());
    put("expectedPackets", outgoing.expected.load());
    put("lostPackets", outgoing.lost.load());
    put("roundTripUs", outgoing.round_trip_us.load());
    put("keyFrameRequests", outgoing.key_frame_requests.load());
    auto sources = webrtcbin_ ? reception::SourcesOf(webrtcbin_) : std::vector<reception::Source>();
    auto list = Napi::Array::New(env, sources.size());
    for (uint32_t i = 0; i < sources.size(); i++) list.Set(i, SourceToJs(env, sources[i]));
    figures.Set("sources", list);
    return figures;
  }

  Napi::Value Close(const Napi::CallbackInfo& info) {
    End();
    return info.Env().Undefined();
  }

  CorePtr core;

 private:
  void ListenToRtcp() {
    auto* rtpbin = gst_bin_get_by_name(GST_BIN(webrtcbin_), "rtpbin");
    auto* pad = rtpbin ? gst_element_get_static_pad(rtpbin, "recv_rtcp_sink_0") : nullptr;
    if (pad) gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, OnRtcp, new CorePtr(core), DeleteCore);
    if (pad) gst_object_unref(pad);
    if (rtpbin) gst_object_unref(rtpbin);
  }

  void End() {
    if (!webrtcbin_) return;
    if (agent_) g_signal_handler_disconnect(agent_, handler_);
    send_thread::Post([core = core] { core->Close(); });
    // The last reference to an element may join threads: never on the JavaScript thread.
    js_queue::RunBlocking([webrtcbin = webrtcbin_, agent = agent_] {
      if (agent) g_object_unref(agent);
      gst_object_unref(webrtcbin);
    });
    webrtcbin_ = nullptr;
    agent_ = nullptr;
  }

  GstElement* webrtcbin_ = nullptr;
  NiceAgent* agent_ = nullptr;
  gulong handler_ = 0;
};

Napi::FunctionReference TransportWrap::constructor;

}  // namespace

std::shared_ptr<Core> From(const Napi::Value& value) {
  if (!value.IsObject() || !value.As<Napi::Object>().InstanceOf(TransportWrap::constructor.Value())) return nullptr;
  return TransportWrap::Unwrap(value.As<Napi::Object>())->core;
}

void Register(Napi::Env env, Napi::Object exports) {
  auto type = TransportWrap::DefineClass(env, "Transport",
                                         {TransportWrap::InstanceMethod("open", &TransportWrap::Open),
                                          TransportWrap::InstanceMethod("requestKeyFrame", &TransportWrap::RequestKeyFrame),
                                          TransportWrap::InstanceMethod("figures", &TransportWrap::Figures),
                                          TransportWrap::InstanceMethod("close", &TransportWrap::Close)});
  TransportWrap::constructor = Napi::Persistent(type);
  TransportWrap::constructor.SuppressDestruct();
  exports.Set("Transport", type);
}

}  // namespace transport
