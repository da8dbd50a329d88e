#include "sample_reader.h"

#include <gst/app/gstappsink.h>

#include <memory>
#include <vector>

#include "gst_object.h"
#include "js_queue.h"

namespace sample_reader {
namespace {

using js_queue::CallbackPtr;

std::vector<uint8_t> BytesOf(GstSample* sample) {
  auto* buffer = gst_sample_get_buffer(sample);
  std::vector<uint8_t> bytes(buffer ? gst_buffer_get_size(buffer) : 0);
  if (buffer) gst_buffer_extract(buffer, 0, bytes.data(), bytes.size());
  return bytes;
}

GstFlowReturn OnSample(GstAppSink* sink, gpointer data) {
  auto* sample = gst_app_sink_pull_sample(sink);
  if (!sample) return GST_FLOW_EOS;
  auto& reader = *static_cast<CallbackPtr*>(data);
  if (reader) {
    js_queue::Post([reader = std::move(reader), bytes = BytesOf(sample)](Napi::Env env) {
      reader->Call({Napi::Buffer<uint8_t>::Copy(env, bytes.data(), bytes.size())});
    });
    reader.reset();
  }
  gst_sample_unref(sample);
  return GST_FLOW_OK;
}

// readSample(appsink, onBytes): calls it once, with the first sample.
Napi::Value ReadSample(const Napi::CallbackInfo& info) {
  auto* sink = GstObjectWrap::ObjectOf(info[0]);
  if (!sink || !GST_IS_APP_SINK(sink) || !info[1].IsFunction()) throw Napi::TypeError::New(info.Env(), "an appsink and a function are needed");
  GstAppSinkCallbacks callbacks = {};
  callbacks.new_sample = OnSample;
  auto* reader = new CallbackPtr(std::make_shared<js_queue::Callback>(info[1].As<Napi::Function>()));
  gst_app_sink_set_callbacks(GST_APP_SINK(sink), &callbacks, reader, [](gpointer data) { delete static_cast<CallbackPtr*>(data); });
  return info.Env().Undefined();
}

}  // namespace

void Register(Napi::Env env, Napi::Object exports) {
  exports.Set("readSample", Napi::Function::New(env, ReadSample));
}

}  // namespace sample_reader
