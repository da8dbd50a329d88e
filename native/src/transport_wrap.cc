// Transport as JavaScript sees it: what it takes from webrtcbin, and from its elements.
#include <algorithm>

#include "gst_object.h"
#include "js_queue.h"
#include "receiver.h"
#include "send_thread.h"
#include "transport.h"

namespace transport {
namespace {

// With BUNDLE and rtcp-mux webrtcbin has one ICE stream of one component.
constexpr guint kStreamId = 1, kComponentId = NICE_COMPONENT_TYPE_RTP;
constexpr guint kAes128 = 1, kSha1With80Bits = 2;  // GstDtlsSrtpCipher and GstDtlsSrtpAuth

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

// The master key and salt that a DTLS element has made, in `property`; false before, and when it has agreed on another profile.
bool ReadMaster(GstElement* dtls, const char* property, uint8_t* master) {
  GstBuffer* key = nullptr;
  guint cipher = 0, auth = 0;
  g_object_get(dtls, property, &key, "srtp-cipher", &cipher, "srtp-auth", &auth, nullptr);
  bool usable = key && cipher == kAes128 && auth == kSha1With80Bits && gst_buffer_extract(key, 0, master, srtp::kMasterSize) == srtp::kMasterSize;
  if (key) gst_buffer_unref(key);
  return usable;
}

std::unique_ptr<srtp::Encryptor> EncryptorOf(GstElement* webrtcbin) {
  auto* dtls = FindElement(webrtcbin, "dtlsenc");
  if (!dtls) return nullptr;
  uint8_t master[srtp::kMasterSize];
  bool usable = ReadMaster(dtls, "encoder-key", master);
  gst_object_unref(dtls);
  return usable ? std::make_unique<srtp::Encryptor>(master) : nullptr;
}

// Reads the key for what the page sends whenever there is one.
receiver::Receiver::Keys KeysOf(GstElement* webrtcbin) {
  auto* found = FindElement(webrtcbin, "dtlsdec");
  if (!found) return nullptr;
  // The last reference to an element may join threads.
  std::shared_ptr<GstElement> dtls(found, [](GstElement* element) { js_queue::RunBlocking([element] { gst_object_unref(element); }); });
  return [dtls](uint8_t* master) { return ReadMaster(dtls.get(), "decoder-key", master); };
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

using ReceiverPtr = std::shared_ptr<receiver::Receiver>;

bool IsTaken(receiver::Receiver& receiver, GstBuffer* buffer) {
  GstMapInfo map;
  if (!gst_buffer_map(buffer, &map, GST_MAP_READ)) return false;
  bool taken = receiver.Take(map.data, map.size);
  gst_buffer_unmap(buffer, &map);
  return taken;
}

GstPadProbeReturn OnDatagram(GstPad*, GstPadProbeInfo* info, gpointer data) {
  auto& receiver = **static_cast<ReceiverPtr*>(data);
  return IsTaken(receiver, GST_PAD_PROBE_INFO_BUFFER(info)) ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

// ---------------------------------------------------------------- JavaScript

Napi::Object SourceToJs(Napi::Env env, const receiver::Figures& source) {
  auto object = Napi::Object::New(env);
  auto put = [&object](const char* name, auto value) { object.Set(name, static_cast<double>(value)); };
  put("ssrc", source.ssrc);
  put("clockRate", source.clock_rate);
  put("packets", source.packets);
  put("bytes", source.bytes);
  put("lostPackets", source.lost);
  put("jitter", source.jitter);
  return object;
}

receiver::Format FormatFrom(const Napi::Object& object) {
  auto number = [&object](const char* name) { return static_cast<uint8_t>(object.Get(name).ToNumber().Uint32Value()); };
  return {relay::CodecFrom(object.Get("codec")), number("videoType"), number("soundType"), number("transportId"), number("repairType")};
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
    agent_ = AgentOf(webrtcbin_);
    handler_ = g_signal_connect_data(agent_, "new-selected-pair-full", G_CALLBACK(OnNewPair), new CorePtr(core),
                                     [](gpointer data, GClosure*) { DeleteCore(data); }, static_cast<GConnectFlags>(0));
    auto path = datagrams::SelectedPath(agent_, kStreamId, kComponentId);
    send_thread::Post([core = core, encryptor = std::make_shared<std::unique_ptr<srtp::Encryptor>>(std::move(encryptor)), path] {
      core->Open(std::move(*encryptor), path);
    });
    return info.Env().Undefined();
  }

  // receive({codec, videoType, soundType, transportId, repairType}, onSource): to be called when webrtcbin has its elements.
  Napi::Value Receive(const Napi::CallbackInfo& info) {
    if (!webrtcbin_ || receiver_ || !info[0].IsObject() || !info[1].IsFunction())
      throw Napi::TypeError::New(info.Env(), "a format and a function are needed, once");
    auto* source = FindElement(webrtcbin_, "nicesrc");
    auto keys = KeysOf(webrtcbin_);
    auto* pad = source ? gst_element_get_static_pad(source, "src") : nullptr;
    if (source) gst_object_unref(source);
    if (!pad || !keys) throw Napi::Error::New(info.Env(), "webrtcbin has no way to receive");
    auto callback = std::make_shared<js_queue::Callback>(info[1].As<Napi::Function>());
    auto on_source = [callback](uint32_t ssrc, receiver::Kind kind) {
      js_queue::Post([callback, ssrc, kind](Napi::Env env) {
        callback->Call({Napi::Number::New(env, ssrc), Napi::String::New(env, kind == receiver::Kind::kVideo ? "video" : "audio")});
      });
    };
    receiver_ = std::make_shared<receiver::Receiver>(FormatFrom(info[0].As<Napi::Object>()), core, std::move(keys), std::move(on_source));
    gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, OnDatagram, new ReceiverPtr(receiver_),
                      [](gpointer data) { delete static_cast<ReceiverPtr*>(data); });
    gst_object_unref(pad);
    send_thread::Post([core = core, receiver = std::weak_ptr<receiver::Receiver>(receiver_)] { core->SetReporter(receiver); });
    return info.Env().Undefined();
  }

  // setRepairs([{ssrc, of}, …])
  Napi::Value SetRepairs(const Napi::CallbackInfo& info) {
    if (!info[0].IsArray()) throw Napi::TypeError::New(info.Env(), "a list of repairs is needed");
    auto list = info[0].As<Napi::Array>();
    std::vector<receiver::Repair> repairs;
    for (uint32_t i = 0; i < list.Length(); i++) {
      auto repair = list.Get(i).ToObject();
      repairs.push_back({repair.Get("ssrc").ToNumber().Uint32Value(), repair.Get("of").ToNumber().Uint32Value()});
    }
    if (receiver_) receiver_->SetRepairs(std::move(repairs));
    return info.Env().Undefined();
  }

  // packetCounter(ssrc), pictureCounter(ssrc): of a stream that has begun
  Napi::Value PacketCounter(const Napi::CallbackInfo& info) { return Counter(info, &receiver::Receiver::PacketsOf); }
  Napi::Value PictureCounter(const Napi::CallbackInfo& info) { return Counter(info, &receiver::Receiver::PicturesOf); }

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
    if (receiver_) {
      put("receivedBytes", receiver_->all().bytes.load());
      put("idleMs", pad_probes::IdleMs(receiver_->all()));
    }
    auto sources = receiver_ ? receiver_->SourceFigures() : std::vector<receiver::Figures>();
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
  const ReceiverPtr& receiver() const { return receiver_; }

 private:
  Napi::Value Counter(const Napi::CallbackInfo& info, std::shared_ptr<pad_probes::BufferCount> (receiver::Receiver::*counts)(uint32_t)) {
    auto count = receiver_ ? (receiver_.get()->*counts)(info[0].ToNumber().Uint32Value()) : nullptr;
    if (!count) throw Napi::Error::New(info.Env(), "nothing of such a stream is received");
    return CounterFor(info.Env(), count);
  }

  void End() {
    if (!webrtcbin_) return;
    if (agent_) g_signal_handler_disconnect(agent_, handler_);
    if (receiver_) receiver_->Close();
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
  ReceiverPtr receiver_;
  gulong handler_ = 0;
};

Napi::FunctionReference TransportWrap::constructor;

}  // namespace

std::shared_ptr<Core> From(const Napi::Value& value) {
  if (!value.IsObject() || !value.As<Napi::Object>().InstanceOf(TransportWrap::constructor.Value())) return nullptr;
  return TransportWrap::Unwrap(value.As<Napi::Object>())->core;
}

Incoming IncomingFrom(const Napi::Value& value) {
  if (value.IsObject()) {
    auto object = value.As<Napi::Object>();
    Napi::Value transport = object.Get("transport"), ssrc = object.Get("ssrc");
    if (transport.IsObject() && ssrc.IsNumber() && transport.As<Napi::Object>().InstanceOf(TransportWrap::constructor.Value())) {
      auto receiver = TransportWrap::Unwrap(transport.As<Napi::Object>())->receiver();
      if (receiver) return {receiver, ssrc.ToNumber().Uint32Value()};
    }
  }
  throw Napi::TypeError::New(value.Env(), "a stream of a transport that receives is needed");
}

void Register(Napi::Env env, Napi::Object exports) {
  auto type = TransportWrap::DefineClass(env, "Transport",
                                         {TransportWrap::InstanceMethod("open", &TransportWrap::Open),
                                          TransportWrap::InstanceMethod("receive", &TransportWrap::Receive),
                                          TransportWrap::InstanceMethod("setRepairs", &TransportWrap::SetRepairs),
                                          TransportWrap::InstanceMethod("packetCounter", &TransportWrap::PacketCounter),
                                          TransportWrap::InstanceMethod("pictureCounter", &TransportWrap::PictureCounter),
                                          TransportWrap::InstanceMethod("requestKeyFrame", &TransportWrap::RequestKeyFrame),
                                          TransportWrap::InstanceMethod("figures", &TransportWrap::Figures),
                                          TransportWrap::InstanceMethod("close", &TransportWrap::Close)});
  TransportWrap::constructor = Napi::Persistent(type);
  TransportWrap::constructor.SuppressDestruct();
  exports.Set("Transport", type);
}

}  // namespace transport
