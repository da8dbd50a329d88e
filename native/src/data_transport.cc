#include "data_transport.h"

#include <gst/gst.h>

#include <atomic>
#include <memory>

#include "gst_object.h"
#include "js_queue.h"
#include "sctp_association.h"
#include "sctp_guard.h"
#include "send_thread.h"

namespace data_transport {
namespace {

using js_queue::CallbackPtr;

struct Callbacks {
  CallbackPtr state, message, reset;
};

// On the send thread, but for its making and its figure.
class Line : public std::enable_shared_from_this<Line> {
 public:
  // Takes over the reference to `out`, the pad that encrypts what it is given.
  Line(GstPad* out, uint16_t streams, Callbacks callbacks) : out_(out), streams_(streams), callbacks_(std::move(callbacks)) {}

  void SetPort(uint16_t port) { port_ = port; }
  // DTLS is up: before, it would take no packet.
  void Open();
  void Receive(const sctp::Bytes& packet);
  void Send(uint16_t stream, uint32_t protocol, sctp::Bytes bytes);
  void Reset(uint16_t stream);
  void Flush();
  void Close();

  std::atomic<size_t> waiting_bytes{0};

 private:
  sctp::Handlers Handlers();
  void Encrypt(const uint8_t* bytes, size_t size);

  GstPad* out_;
  const uint16_t streams_;
  uint16_t port_ = 0;
  Callbacks callbacks_;
  std::unique_ptr<sctp::Association> association_;
  bool has_begun_ = false;
};

// What has to come before data on a pad. It stays there: the network behind it needs none of it.
void Begin(GstPad* pad) {
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_BYTES);
  for (auto* event : {gst_event_new_stream_start("data"), gst_event_new_segment(&segment)}) {
    gst_pad_store_sticky_event(pad, event);
    gst_event_unref(event);
  }
}

void Line::Open() {
  if (out_ && port_ && !association_) association_ = std::make_unique<sctp::Association>(port_, streams_, Handlers());
}

void Line::Receive(const sctp::Bytes& packet) {
  Open();  // the page may be ready before we are told that DTLS is up
  if (!association_) return;
  association_->Receive(packet);
  Flush();
}

void Line::Send(uint16_t stream, uint32_t protocol, sctp::Bytes bytes) {
  waiting_bytes -= association_ ? association_->Send(stream, protocol, std::move(bytes)) : bytes.size();
}

void Line::Reset(uint16_t stream) {
  if (association_) association_->Reset(stream);
}

void Line::Flush() {
  waiting_bytes -= association_->Flush();
}

void Line::Close() {
  callbacks_ = {};
  association_.reset();
  // The last reference to a pad may end its element, too: never on a thread that others wait for.
  if (out_) js_queue::RunBlocking([out = out_] { gst_object_unref(out); });
  out_ = nullptr;
}

void Line::Encrypt(const uint8_t* bytes, size_t size) {
  if (!has_begun_) Begin(out_);
  has_begun_ = true;
  gst_pad_chain(out_, gst_buffer_new_memdup(bytes, size));
}

sctp::Handlers Line::Handlers() {
  sctp::Handlers handlers;
  handlers.packet = [this](const uint8_t* bytes, size_t size) { Encrypt(bytes, size); };
  handlers.state = [this](bool up) {
    js_queue::Post([callback = callbacks_.state, up](Napi::Env env) {
      if (callback) callback->Call({Napi::Boolean::New(env, up)});
    });
  };
  handlers.message = [this](uint16_t stream, uint32_t protocol, sctp::Bytes bytes) {
    js_queue::Post([callback = callbacks_.message, stream, protocol, bytes = std::move(bytes)](Napi::Env env) {
      if (!callback) return;
      callback->Call({Napi::Number::New(env, stream), Napi::Number::New(env, protocol), Napi::Buffer<uint8_t>::Copy(env, bytes.data(), bytes.size())});
    });
  };
  handlers.reset = [this](const std::vector<uint16_t>& streams) {
    for (auto stream : streams) {
      js_queue::Post([callback = callbacks_.reset, stream](Napi::Env env) {
        if (callback) callback->Call({Napi::Number::New(env, stream)});
      });
    }
  };
  return handlers;
}

using LinePtr = std::shared_ptr<Line>;

// ---------------------------------------------------------------- webrtcbin

GstPad* PadOf(GstElement* webrtcbin, const char* factory, const char* name) {
  auto* iterator = gst_bin_iterate_all_by_element_factory_name(GST_BIN(webrtcbin), factory);
  GValue item = G_VALUE_INIT;
  GstPad* pad = nullptr;
  if (gst_iterator_next(iterator, &item) == GST_ITERATOR_OK) {
    pad = gst_element_get_static_pad(GST_ELEMENT(g_value_get_object(&item)), name);
    g_value_unset(&item);
  }
  gst_iterator_free(iterator);
  return pad;
}

struct Incoming {
  LinePtr line;
  sctp_guard::Guard guard;
};

// Takes what DTLS has decrypted: behind the pad is nothing.
GstPadProbeReturn OnDecrypted(GstPad*, GstPadProbeInfo* info, gpointer data) {
  auto& incoming = *static_cast<Incoming*>(data);
  GstMapInfo map;
  auto* buffer = GST_PAD_PROBE_INFO_BUFFER(info);
  if (!gst_buffer_map(buffer, &map, GST_MAP_READ)) return GST_PAD_PROBE_DROP;
  if (incoming.guard.Admits(map.data, map.size))
    send_thread::Post([line = incoming.line, packet = sctp::Bytes(map.data, map.data + map.size)] { line->Receive(packet); });
  gst_buffer_unmap(buffer, &map);
  return GST_PAD_PROBE_DROP;
}

// ---------------------------------------------------------------- JavaScript

sctp_guard::Limits LimitsFrom(const Napi::Object& limits) {
  auto number = [&limits](const char* name) { return limits.Get(name).ToNumber().DoubleValue(); };
  return {static_cast<uint16_t>(number("streams")), number("bytesPerSecond"), number("messagesPerSecond")};
}

Callbacks CallbacksFrom(const Napi::Object& handlers) {
  auto callback = [&handlers](const char* name) {
    return std::make_shared<js_queue::Callback>(handlers.Get(name).As<Napi::Function>());
  };
  return {callback("state"), callback("message"), callback("reset")};
}

class DataTransportWrap : public Napi::ObjectWrap<DataTransportWrap> {
 public:
  // new DataTransport(webrtcbin, limits, handlers)
  explicit DataTransportWrap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<DataTransportWrap>(info) {
    auto* object = GstObjectWrap::ObjectOf(info[0]);
    if (!object || !GST_IS_BIN(object)) throw Napi::TypeError::New(info.Env(), "a webrtcbin is needed");
    auto* in = PadOf(GST_ELEMENT(object), "dtlsdec", "src");
    auto* out = PadOf(GST_ELEMENT(object), "dtlsenc", "sink");
    if (in && out) {
      auto limits = LimitsFrom(info[1].As<Napi::Object>());
      line_ = std::make_shared<Line>(out, limits.streams, CallbacksFrom(info[2].As<Napi::Object>()));
      gst_pad_add_probe(in, GST_PAD_PROBE_TYPE_BUFFER, OnDecrypted, new Incoming{line_, sctp_guard::Guard(limits)},
                        [](gpointer data) { delete static_cast<Incoming*>(data); });
    } else if (out) {
      gst_object_unref(out);
    }
    if (in) gst_object_unref(in);
    if (!line_) throw Napi::Error::New(info.Env(), "webrtcbin has no DTLS yet");
  }
  ~DataTransportWrap() override { End(); }

  // setPort(port)
  Napi::Value SetPort(const Napi::CallbackInfo& info) {
    auto port = static_cast<uint16_t>(info[0].ToNumber().Uint32Value());
    send_thread::Post([line = line_, port] { line->SetPort(port); });
    return info.Env().Undefined();
  }

  Napi::Value Open(const Napi::CallbackInfo& info) {
    send_thread::Post([line = line_] { line->Open(); });
    return info.Env().Undefined();
  }

  // send(stream, protocol, bytes)
  Napi::Value Send(const Napi::CallbackInfo& info) {
    auto bytes = info[2].As<Napi::Buffer<uint8_t>>();
    line_->waiting_bytes += bytes.Length();
    send_thread::Post([line = line_, stream = static_cast<uint16_t>(info[0].ToNumber().Uint32Value()),
                       protocol = info[1].ToNumber().Uint32Value(),
                       copy = sctp::Bytes(bytes.Data(), bytes.Data() + bytes.Length())]() mutable { line->Send(stream, protocol, std::move(copy)); });
    return info.Env().Undefined();
  }

  // reset(stream)
  Napi::Value Reset(const Napi::CallbackInfo& info) {
    send_thread::Post([line = line_, stream = static_cast<uint16_t>(info[0].ToNumber().Uint32Value())] { line->Reset(stream); });
    return info.Env().Undefined();
  }

  Napi::Value WaitingBytes(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(line_->waiting_bytes.load()));
  }

  Napi::Value Close(const Napi::CallbackInfo& info) {
    End();
    return info.Env().Undefined();
  }

 private:
  void End() {
    if (line_) send_thread::Post([line = line_] { line->Close(); });
  }

  LinePtr line_;
};

}  // namespace

void Register(Napi::Env env, Napi::Object exports) {
  using W = DataTransportWrap;
  exports.Set("DataTransport", W::DefineClass(env, "DataTransport",
                                              {W::InstanceMethod("setPort", &W::SetPort), W::InstanceMethod("open", &W::Open),
                                               W::InstanceMethod("send", &W::Send), W::InstanceMethod("reset", &W::Reset),
                                               W::InstanceMethod("waitingBytes", &W::WaitingBytes), W::InstanceMethod("close", &W::Close)}));
}

}  // namespace data_transport
