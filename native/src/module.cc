// The module's entry: initialises GStreamer and exports the factories and classes that src/worker/gst/binding.ts types.
#include <gst/gst.h>
#include <malloc.h>
#include <napi.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>

#include "data_transport.h"
#include "grid.h"
#include "gst_object.h"
#include "js_queue.h"
#include "mixer.h"
#include "picture_decoder.h"
#include "relay.h"
#include "running_time.h"
#include "sample_reader.h"
#include "send_thread.h"
#include "transport.h"

namespace {

GstBusSyncReply DropMessage(GstBus*, GstMessage* message, gpointer) {
  gst_message_unref(message);
  return GST_BUS_DROP;
}

// Pipelines that have not been freed: one that is not here any more has freed its elements and pads, too.
std::atomic<int> g_pipelines{0};

GstElement* Prepare(GstElement* pipeline) {
  gst_object_ref_sink(pipeline);
  g_pipelines++;
  g_object_weak_ref(G_OBJECT(pipeline), [](gpointer, GObject*) { g_pipelines--; }, nullptr);
  running_time::Apply(pipeline);
  auto* bus = gst_pipeline_get_bus(GST_PIPELINE(pipeline));
  gst_bus_set_sync_handler(bus, DropMessage, nullptr, nullptr);
  gst_object_unref(bus);
  return pipeline;
}

// createPipeline(name, description?): a pipeline, empty or made from a gst-launch description.
Napi::Value CreatePipeline(const Napi::CallbackInfo& info) {
  auto name = info[0].ToString().Utf8Value();
  auto* pipeline = gst_pipeline_new(name.c_str());
  Prepare(pipeline);
  if (info[1].IsString()) {
    GError* error = nullptr;
    auto* bin = gst_parse_bin_from_description_full(info[1].ToString().Utf8Value().c_str(), FALSE, nullptr, GST_PARSE_FLAG_FATAL_ERRORS, &error);
    if (error) {
      std::string message = error->message;
      g_error_free(error);
      gst_object_unref(pipeline);
      throw Napi::Error::New(info.Env(), message);
    }
    gst_bin_add(GST_BIN(pipeline), bin);
  }
  return GstObjectWrap::Adopt(info.Env(), pipeline);
}

// createElement(factory, name?): throws when GStreamer has no such element.
Napi::Value CreateElement(const Napi::CallbackInfo& info) {
  auto factory = info[0].ToString().Utf8Value();
  auto name = info[1].IsString() ? info[1].ToString().Utf8Value() : "";
  auto* element = gst_element_factory_make(factory.c_str(), name.empty() ? nullptr : name.c_str());
  if (!element) throw Napi::Error::New(info.Env(), "GStreamer has no element " + factory);
  gst_object_ref_sink(element);
  return GstObjectWrap::Adopt(info.Env(), element);
}

// hasElement(factory)
Napi::Value HasElement(const Napi::CallbackInfo& info) {
  auto* factory = gst_element_factory_find(info[0].ToString().Utf8Value().c_str());
  if (!factory) return Napi::Boolean::New(info.Env(), false);
  gst_object_unref(factory);
  return Napi::Boolean::New(info.Env(), true);
}

// pipelines(): how many have been created and not yet freed
Napi::Value Pipelines(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), g_pipelines);
}

// allocatedBytes(): what native code has allocated and not freed, in all of malloc's arenas
Napi::Value AllocatedBytes(const Napi::CallbackInfo& info) {
  auto heap = mallinfo2();
  return Napi::Number::New(info.Env(), static_cast<double>(heap.uordblks + heap.hblkhd));
}

// exitNow(code): ends the process without running destructors, which crash while streams are running.
Napi::Value ExitNow(const Napi::CallbackInfo& info) {
  fflush(nullptr);
  _exit(info[0].ToNumber().Int32Value());
}

Napi::Value Close(const Napi::CallbackInfo& info) {
  js_queue::Close();
  return info.Env().Undefined();
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  GError* error = nullptr;
  if (!gst_init_check(nullptr, nullptr, &error)) {
    std::string message = error ? error->message : "GStreamer cannot be initialised";
    g_clear_error(&error);
    throw Napi::Error::New(env, message);
  }
  running_time::Start();
  send_thread::Start(transport::ReportAll);
  js_queue::Open(env);
  GstObjectWrap::Register(env, exports);
  transport::Register(env, exports);
  data_transport::Register(env, exports);
  relay::Register(env, exports);
  mixer::Register(env, exports);
  picture_decoder::Register(env, exports);
  grid::Register(env, exports);
  sample_reader::Register(env, exports);
  exports.Set("createPipeline", Napi::Function::New(env, CreatePipeline));
  exports.Set("createElement", Napi::Function::New(env, CreateElement));
  exports.Set("hasElement", Napi::Function::New(env, HasElement));
  exports.Set("pipelines", Napi::Function::New(env, Pipelines));
  exports.Set("allocatedBytes", Napi::Function::New(env, AllocatedBytes));
  exports.Set("exitNow", Napi::Function::New(env, ExitNow));
  exports.Set("close", Napi::Function::New(env, Close));
  return exports;
}

}  // namespace

NODE_API_MODULE(webstreamer_gst, Init)
