#include "gst_object.h"

#include <gst/video/video.h>
#include <gst/webrtc/webrtc.h>
#include <nice/agent.h>

#include <vector>

#include "pad_probes.h"
#include "value.h"

using js_queue::CallbackPtr;
using js_queue::Post;
using js_queue::RunBlocking;
using js_queue::Settle;
using js_queue::SettlePtr;

Napi::FunctionReference GstObjectWrap::constructor_;

namespace {

std::string Text(const Napi::Value& value) {
  return value.ToString().Utf8Value();
}

CallbackPtr CallbackFrom(const Napi::Value& value) {
  if (!value.IsFunction()) throw Napi::TypeError::New(value.Env(), "a function is needed");
  return std::make_shared<js_queue::Callback>(value.As<Napi::Function>());
}

GParamSpec* FindProperty(Napi::Env env, GObject* object, const std::string& name) {
  auto* property = g_object_class_find_property(G_OBJECT_GET_CLASS(object), name.c_str());
  if (!property) throw Napi::Error::New(env, std::string(G_OBJECT_TYPE_NAME(object)) + " has no property " + name);
  return property;
}

// ---- signals

struct SignalHandler {
  CallbackPtr callback;
  bool block_new_pads;
};

void OnSignal(GClosure* closure, GValue*, guint count, const GValue* parameters, gpointer, gpointer) {
  auto* handler = static_cast<SignalHandler*>(closure->data);
  std::vector<Value> arguments;
  for (guint i = 1; i < count; i++) {
    auto argument = Value::From(&parameters[i]);
    auto* object = argument.object();
    if (handler->block_new_pads && object && GST_IS_PAD(object) && GST_PAD_IS_SRC(object)) pad_probes::Block(GST_PAD(object));
    arguments.push_back(std::move(argument));
  }
  Post([callback = handler->callback, arguments = std::move(arguments)](Napi::Env env) {
    std::vector<napi_value> js;
    for (const auto& argument : arguments) js.push_back(argument.ToJs(env));
    callback->Call(js);
  });
}

// ---- promises

void OnPromiseChanged(GstPromise* promise, gpointer data) {
  auto settle = *static_cast<SettlePtr*>(data);
  bool replied = gst_promise_wait(promise) == GST_PROMISE_RESULT_REPLIED;
  auto* reply = replied ? gst_promise_get_reply(promise) : nullptr;
  Post([settle, replied, value = reply ? Value::From(reply) : Value::Map()](Napi::Env env) {
    if (!replied) return settle->Reject(env, "the element was closed before it answered");
    if (const auto* error = value.Find("error")) {
      const auto* message = error->Find("message");
      return settle->Reject(env, message ? message->text() : "unknown error");
    }
    settle->Resolve(value.ToJs(env));
  });
}

GstPromise* NewPromise(const SettlePtr& settle) {
  return gst_promise_new_with_change_func(OnPromiseChanged, new SettlePtr(settle),
                                          [](gpointer data) { delete static_cast<SettlePtr*>(data); });
}

// The values of one signal emission, unset when they go out of scope.
struct Arguments {
  explicit Arguments(size_t size) : values(size, GValue G_VALUE_INIT) {}
  ~Arguments() {
    for (auto& value : values)
      if (G_VALUE_TYPE(&value)) g_value_unset(&value);
  }
  std::vector<GValue> values;
};

// ---- bus

GstBusSyncReply OnBusMessage(GstBus*, GstMessage* message, gpointer data) {
  auto type = GST_MESSAGE_TYPE(message);
  if (type == GST_MESSAGE_LATENCY) {
    // Without a known latency a live rtpsession drops every packet it should send.
    auto* pipeline = GST_OBJECT(data);
    gst_object_ref(pipeline);
    RunBlocking([pipeline] {
      gst_bin_recalculate_latency(GST_BIN(pipeline));
      gst_object_unref(pipeline);
    });
  }
  gst_message_unref(message);
  return GST_BUS_DROP;
}

struct BusHandler {
  CallbackPtr callback;
  GstElement* pipeline;  // borrowed: the bus never outlives its use by the pipeline
};

GstBusSyncReply OnBusMessageForJs(GstBus* bus, GstMessage* message, gpointer data) {
  auto* handler = static_cast<BusHandler*>(data);
  auto type = GST_MESSAGE_TYPE(message);
  if (type & (GST_MESSAGE_ERROR | GST_MESSAGE_WARNING | GST_MESSAGE_EOS)) {
    const auto* structure = gst_message_get_structure(message);
    auto value = structure ? Value::From(structure) : Value::Map();
    value.Put("type", Value::String(GST_MESSAGE_TYPE_NAME(message)));
    value.Put("source", Value::String(GST_MESSAGE_SRC_NAME(message)));
    Post([callback = handler->callback, value = std::move(value)](Napi::Env env) { callback->Call({value.ToJs(env)}); });
  }
  return OnBusMessage(bus, message, handler->pipeline);
}

GstState StateFrom(const Napi::Value& value) {
  auto name = Text(value);
  if (name == "null") return GST_STATE_NULL;
  if (name == "ready") return GST_STATE_READY;
  if (name == "paused") return GST_STATE_PAUSED;
  if (name == "playing") return GST_STATE_PLAYING;
  throw Napi::TypeError::New(value.Env(), "no such state: " + name);
}

// ---- buffer counts

}  // namespace

Napi::Object CounterFor(Napi::Env env, const std::shared_ptr<pad_probes::BufferCount>& count) {
  auto counter = Napi::Object::New(env);
  counter.Set("read", Napi::Function::New(env, [count](const Napi::CallbackInfo& info) {
    auto result = Napi::Object::New(info.Env());
    result.Set("buffers", static_cast<double>(count->buffers));
    result.Set("bytes", static_cast<double>(count->bytes));
    result.Set("keyFrames", static_cast<double>(count->key_frames));
    result.Set("idleMs", pad_probes::IdleMs(*count));
    return result;
  }));
  return counter;
}

// ---------------------------------------------------------------- life

GstObjectWrap::GstObjectWrap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<GstObjectWrap>(info) {
  if (info.Length() != 1 || !info[0].IsExternal()) throw Napi::TypeError::New(info.Env(), "GstObjects are made by the binding only");
  object_ = G_OBJECT(g_object_ref(info[0].As<Napi::External<void>>().Data()));
}

Napi::Value GstObjectWrap::Wrap(Napi::Env env, gpointer object) {
  if (!object) return env.Null();
  return constructor_.New({Napi::External<void>::New(env, object)});
}

Napi::Value GstObjectWrap::Adopt(Napi::Env env, gpointer object) {
  auto result = Wrap(env, object);
  if (object) g_object_unref(object);
  return result;
}

GObject* GstObjectWrap::ObjectOf(const Napi::Value& value) {
  if (!value.IsObject() || !value.As<Napi::Object>().InstanceOf(constructor_.Value())) return nullptr;
  return Unwrap(value.As<Napi::Object>())->object_;
}

void GstObjectWrap::Drop() {
  // The last reference to an element may join threads: never on the JavaScript thread.
  if (object_) RunBlocking([object = object_] { g_object_unref(object); });
  object_ = nullptr;
}

Napi::Value GstObjectWrap::Release(const Napi::CallbackInfo& info) {
  Drop();
  return info.Env().Undefined();
}

// ---------------------------------------------------------------- every object

Napi::Value GstObjectWrap::Name(const Napi::CallbackInfo& info) {
  auto* name = gst_object_get_name(As<GstObject>(info.Env(), GST_TYPE_OBJECT));
  auto result = Napi::String::New(info.Env(), name ? name : "");
  g_free(name);
  return result;
}

Napi::Value GstObjectWrap::Type(const Napi::CallbackInfo& info) {
  auto* object = As<GObject>(info.Env(), G_TYPE_OBJECT);
  if (GST_IS_ELEMENT(object))
    if (auto* factory = gst_element_get_factory(GST_ELEMENT(object))) return Napi::String::New(info.Env(), GST_OBJECT_NAME(factory));
  return Napi::String::New(info.Env(), G_OBJECT_TYPE_NAME(object));
}

Napi::Value GstObjectWrap::Set(const Napi::CallbackInfo& info) {
  auto* object = As<GObject>(info.Env(), G_TYPE_OBJECT);
  auto name = Text(info[0]);
  GValue value = G_VALUE_INIT;
  ToGValue(info[1], FindProperty(info.Env(), object, name)->value_type, &value);
  g_object_set_property(object, name.c_str(), &value);
  g_value_unset(&value);
  return info.This();
}

Napi::Value GstObjectWrap::Get(const Napi::CallbackInfo& info) {
  auto* object = As<GObject>(info.Env(), G_TYPE_OBJECT);
  auto name = Text(info[0]);
  GValue value = G_VALUE_INIT;
  g_value_init(&value, FindProperty(info.Env(), object, name)->value_type);
  g_object_get_property(object, name.c_str(), &value);
  auto result = Value::From(&value);
  g_value_unset(&value);
  return result.ToJs(info.Env());
}

// An action signal. A trailing GstPromise parameter is supplied here and becomes the JavaScript promise that is returned.
Napi::Value GstObjectWrap::Emit(const Napi::CallbackInfo& info) {
  auto env = info.Env();
  auto* object = As<GObject>(env, G_TYPE_OBJECT);
  auto name = Text(info[0]);
  guint id = g_signal_lookup(name.c_str(), G_OBJECT_TYPE(object));
  if (!id) throw Napi::Error::New(env, std::string(G_OBJECT_TYPE_NAME(object)) + " has no signal " + name);
  GSignalQuery query;
  g_signal_query(id, &query);

  Arguments arguments(query.n_params + 1);
  auto& values = arguments.values;
  g_value_init(&values[0], G_OBJECT_TYPE(object));
  g_value_set_object(&values[0], object);
  SettlePtr settle;
  for (guint i = 0; i < query.n_params; i++) {
    GType type = query.param_types[i] & ~G_SIGNAL_TYPE_STATIC_SCOPE;
    if (type == GST_TYPE_PROMISE) {
      settle = std::make_shared<Settle>(env);
      g_value_init(&values[i + 1], type);
      g_value_take_boxed(&values[i + 1], NewPromise(settle));
    } else {
      ToGValue(info[i + 1], type, &values[i + 1]);
    }
  }
  GValue result = G_VALUE_INIT;
  bool returns = query.return_type != G_TYPE_NONE;
  if (returns) g_value_init(&result, query.return_type & ~G_SIGNAL_TYPE_STATIC_SCOPE);
  g_signal_emitv(values.data(), id, 0, returns ? &result : nullptr);
  if (settle) return settle->Promise();
  if (!returns) return env.Undefined();
  auto value = Value::From(&result);
  g_value_unset(&result);
  return value.ToJs(env);
}

Napi::Value GstObjectWrap::On(const Napi::CallbackInfo& info) {
  auto* object = As<GObject>(info.Env(), G_TYPE_OBJECT);
  auto name = Text(info[0]);
  auto* handler = new SignalHandler{CallbackFrom(info[1]), info[2].ToBoolean()};
  auto* closure = g_closure_new_simple(sizeof(GClosure), handler);
  g_closure_set_marshal(closure, OnSignal);
  // GLib has overwritten `closure->data` by the time that the notifier is called: the handler goes there as the notifier's own.
  g_closure_add_finalize_notifier(closure, handler, [](gpointer data, GClosure*) { delete static_cast<SignalHandler*>(data); });
  gulong id = g_signal_connect_closure(object, name.c_str(), closure, FALSE);
  if (!id) {
    g_closure_sink(closure);
    throw Napi::Error::New(info.Env(), std::string(G_OBJECT_TYPE_NAME(object)) + " has no signal " + name);
  }
  return Napi::Number::New(info.Env(), static_cast<double>(id));
}

Napi::Value GstObjectWrap::Off(const Napi::CallbackInfo& info) {
  auto* object = As<GObject>(info.Env(), G_TYPE_OBJECT);
  auto id = static_cast<gulong>(info[0].ToNumber().Int64Value());
  if (g_signal_handler_is_connected(object, id)) g_signal_handler_disconnect(object, id);
  return info.Env().Undefined();
}

// ---------------------------------------------------------------- elements

Napi::Value GstObjectWrap::SetState(const Napi::CallbackInfo& info) {
  auto* element = As<GstElement>(info.Env(), GST_TYPE_ELEMENT);
  auto state = StateFrom(info[0]);
  auto settle = std::make_shared<Settle>(info.Env());
  gst_object_ref(element);
  RunBlocking([element, state, settle] {
    auto result = gst_element_set_state(element, state);
    gst_object_unref(element);
    Post([settle, result](Napi::Env env) {
      if (result == GST_STATE_CHANGE_FAILURE) return settle->Reject(env, "the state change failed");
      settle->Resolve(env.Undefined());
    });
  });
  return settle->Promise();
}

Napi::Value GstObjectWrap::SyncState(const Napi::CallbackInfo& info) {
  bool done = gst_element_sync_state_with_parent(As<GstElement>(info.Env(), GST_TYPE_ELEMENT));
  if (!done) throw Napi::Error::New(info.Env(), "the element cannot follow its parent's state");
  return info.This();
}

Napi::Value GstObjectWrap::OnMessage(const Napi::CallbackInfo& info) {
  auto* pipeline = As<GstElement>(info.Env(), GST_TYPE_PIPELINE);
  auto* handler = new BusHandler{CallbackFrom(info[0]), pipeline};
  auto* bus = gst_pipeline_get_bus(GST_PIPELINE(pipeline));
  gst_bus_set_sync_handler(bus, nullptr, nullptr, nullptr);
  gst_bus_set_sync_handler(bus, OnBusMessageForJs, handler, [](gpointer data) { delete static_cast<BusHandler*>(data); });
  gst_object_unref(bus);
  return info.Env().Undefined();
}

Napi::Value GstObjectWrap::ByName(const Napi::CallbackInfo& info) {
  return Adopt(info.Env(), gst_bin_get_by_name(As<GstBin>(info.Env(), GST_TYPE_BIN), Text(info[0]).c_str()));
}

// The elements of a factory in a bin and in the bins inside it.
Napi::Value GstObjectWrap::ByFactory(const Napi::CallbackInfo& info) {
  auto* iterator = gst_bin_iterate_all_by_element_factory_name(As<GstBin>(info.Env(), GST_TYPE_BIN), Text(info[0]).c_str());
  std::vector<::Value> found;
  gst_iterator_foreach(
      iterator,
      [](const GValue* item, gpointer list) {
        static_cast<std::vector<::Value>*>(list)->push_back(::Value::Object(g_value_get_object(item)));
      },
      &found);
  gst_iterator_free(iterator);
  auto result = Napi::Array::New(info.Env(), found.size());
  for (size_t i = 0; i < found.size(); i++) result.Set(static_cast<uint32_t>(i), found[i].ToJs(info.Env()));
  return result;
}

Napi::Value GstObjectWrap::Add(const Napi::CallbackInfo& info) {
  auto* bin = As<GstBin>(info.Env(), GST_TYPE_BIN);
  for (size_t i = 0; i < info.Length(); i++) {
    auto* element = ObjectOf(info[i]);
    if (!element || !GST_IS_ELEMENT(element) || !gst_bin_add(bin, GST_ELEMENT(element)))
      throw Napi::Error::New(info.Env(), "this element cannot be added");
  }
  return info.This();
}

Napi::Value GstObjectWrap::Link(const Napi::CallbackInfo& info) {
  auto* element = As<GstElement>(info.Env(), GST_TYPE_ELEMENT);
  auto* next = ObjectOf(info[0]);
  if (!next || !GST_IS_ELEMENT(next) || !gst_element_link(element, GST_ELEMENT(next)))
    throw Napi::Error::New(info.Env(), std::string("cannot link ") + GST_OBJECT_NAME(element));
  return info[0];
}

Napi::Value GstObjectWrap::StaticPad(const Napi::CallbackInfo& info) {
  return Adopt(info.Env(), gst_element_get_static_pad(As<GstElement>(info.Env(), GST_TYPE_ELEMENT), Text(info[0]).c_str()));
}

// Restricts a webrtcbin's ICE agent to the given local address (may be called several times, before gathering starts).
Napi::Value GstObjectWrap::AddIceAddress(const Napi::CallbackInfo& info) {
  auto* webrtcbin = As<GstElement>(info.Env(), GST_TYPE_ELEMENT);
  NiceAddress address;
  nice_address_init(&address);
  if (!nice_address_set_from_string(&address, Text(info[0]).c_str()))
    throw Napi::Error::New(info.Env(), "not an IP address: " + Text(info[0]));
  GObject *ice = nullptr, *agent = nullptr;
  g_object_get(webrtcbin, "ice-agent", &ice, nullptr);
  g_object_get(ice, "agent", &agent, nullptr);
  nice_agent_add_local_address(NICE_AGENT(agent), &address);
  g_object_unref(agent);
  g_object_unref(ice);
  return info.Env().Undefined();
}

Napi::Value GstObjectWrap::Graph(const Napi::CallbackInfo& info) {
  auto* text = gst_debug_bin_to_dot_data(As<GstBin>(info.Env(), GST_TYPE_BIN), GST_DEBUG_GRAPH_SHOW_ALL);
  auto result = Napi::String::New(info.Env(), text);
  g_free(text);
  return result;
}

// ---------------------------------------------------------------- pads

Napi::Value GstObjectWrap::Direction(const Napi::CallbackInfo& info) {
  bool source = GST_PAD_IS_SRC(As<GstPad>(info.Env(), GST_TYPE_PAD));
  return Napi::String::New(info.Env(), source ? "src" : "sink");
}

Napi::Value GstObjectWrap::Caps(const Napi::CallbackInfo& info) {
  auto* pad = As<GstPad>(info.Env(), GST_TYPE_PAD);
  auto* caps = gst_pad_get_current_caps(pad);
  if (!caps) caps = gst_pad_query_caps(pad, nullptr);
  auto* text = gst_caps_to_string(caps);
  auto result = Napi::String::New(info.Env(), text);
  g_free(text);
  gst_caps_unref(caps);
  return result;
}

Napi::Value GstObjectWrap::LinkPad(const Napi::CallbackInfo& info) {
  auto* pad = As<GstPad>(info.Env(), GST_TYPE_PAD);
  auto* sink = ObjectOf(info[0]);
  if (!sink || !GST_IS_PAD(sink)) throw Napi::TypeError::New(info.Env(), "a pad is needed");
  auto result = gst_pad_link(pad, GST_PAD(sink));
  if (result != GST_PAD_LINK_OK) throw Napi::Error::New(info.Env(), std::string("cannot link pads: ") + gst_pad_link_get_name(result));
  return info.Env().Undefined();
}

Napi::Value GstObjectWrap::Unblock(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), pad_probes::Unblock(As<GstPad>(info.Env(), GST_TYPE_PAD)));
}

Napi::Value GstObjectWrap::CountBuffers(const Napi::CallbackInfo& info) {
  return CounterFor(info.Env(), pad_probes::Count(As<GstPad>(info.Env(), GST_TYPE_PAD)));
}

// Sends GstForceKeyUnit upstream through a sink pad, which webrtcbin turns into an RTCP PLI (RFC 4585, 6.3.1).
Napi::Value GstObjectWrap::RequestKeyFrame(const Napi::CallbackInfo& info) {
  auto* pad = As<GstPad>(info.Env(), GST_TYPE_PAD);
  auto* event = gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, FALSE, 0);
  bool done = GST_PAD_IS_SINK(pad) ? gst_pad_push_event(pad, event) : gst_pad_send_event(pad, event);
  return Napi::Boolean::New(info.Env(), done);
}

// ---------------------------------------------------------------- registration

void GstObjectWrap::Register(Napi::Env env, Napi::Object exports) {
  using W = GstObjectWrap;
  auto type = DefineClass(env, "GstObject",
                          {
                              InstanceMethod("release", &W::Release),
                              InstanceMethod("name", &W::Name),
                              InstanceMethod("type", &W::Type),
                              InstanceMethod("set", &W::Set),
                              InstanceMethod("get", &W::Get),
                              InstanceMethod("emit", &W::Emit),
                              InstanceMethod("on", &W::On),
                              InstanceMethod("off", &W::Off),
                              InstanceMethod("setState", &W::SetState),
                              InstanceMethod("syncState", &W::SyncState),
                              InstanceMethod("onMessage", &W::OnMessage),
                              InstanceMethod("byName", &W::ByName),
                              InstanceMethod("byFactory", &W::ByFactory),
                              InstanceMethod("add", &W::Add),
                              InstanceMethod("link", &W::Link),
                              InstanceMethod("staticPad", &W::StaticPad),
                              InstanceMethod("addIceAddress", &W::AddIceAddress),
                              InstanceMethod("graph", &W::Graph),
                              InstanceMethod("direction", &W::Direction),
                              InstanceMethod("caps", &W::Caps),
                              InstanceMethod("linkPad", &W::LinkPad),
                              InstanceMethod("unblock", &W::Unblock),
                              InstanceMethod("countBuffers", &W::CountBuffers),
                              InstanceMethod("requestKeyFrame", &W::RequestKeyFrame),
                          });
  constructor_ = Napi::Persistent(type);
  constructor_.SuppressDestruct();
  exports.Set("GstObject", type);
}
