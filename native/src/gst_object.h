// The one JavaScript class for every GObject: elements, pads, transceivers, agents.
#pragma once
#include <gst/gst.h>
#include <napi.h>

#include <memory>

#include "js_queue.h"
#include "pad_probes.h"

// A BufferCounter of JavaScript that reads `count`.
Napi::Object CounterFor(Napi::Env env, const std::shared_ptr<pad_probes::BufferCount>& count);

class GstObjectWrap : public Napi::ObjectWrap<GstObjectWrap> {
 public:
  static void Register(Napi::Env env, Napi::Object exports);
  // A wrapper with a reference of its own, or null.
  static Napi::Value Wrap(Napi::Env env, gpointer object);
  // As Wrap, but takes over the caller's reference.
  static Napi::Value Adopt(Napi::Env env, gpointer object);
  // The object behind a wrapper (borrowed), or null when `value` is no wrapper or was released.
  static GObject* ObjectOf(const Napi::Value& value);

  explicit GstObjectWrap(const Napi::CallbackInfo& info);
  ~GstObjectWrap() override { Drop(); }

  // The object as a `T`; throws when it was released or is of another type.
  template <class T>
  T* As(Napi::Env env, GType type) const {
    if (!object_) throw Napi::Error::New(env, "the object was released");
    if (!g_type_is_a(G_OBJECT_TYPE(object_), type))
      throw Napi::TypeError::New(env, std::string(G_OBJECT_TYPE_NAME(object_)) + " is no " + g_type_name(type));
    return reinterpret_cast<T*>(object_);
  }

 private:
  void Drop();

  Napi::Value Release(const Napi::CallbackInfo& info);
  Napi::Value Name(const Napi::CallbackInfo& info);
  Napi::Value Type(const Napi::CallbackInfo& info);
  Napi::Value Set(const Napi::CallbackInfo& info);
  Napi::Value Get(const Napi::CallbackInfo& info);
  Napi::Value Emit(const Napi::CallbackInfo& info);
  Napi::Value On(const Napi::CallbackInfo& info);
  Napi::Value Off(const Napi::CallbackInfo& info);

  Napi::Value SetState(const Napi::CallbackInfo& info);
  Napi::Value SyncState(const Napi::CallbackInfo& info);
  Napi::Value OnMessage(const Napi::CallbackInfo& info);
  Napi::Value ByName(const Napi::CallbackInfo& info);
  Napi::Value ByFactory(const Napi::CallbackInfo& info);
  Napi::Value Add(const Napi::CallbackInfo& info);
  Napi::Value Link(const Napi::CallbackInfo& info);
  Napi::Value StaticPad(const Napi::CallbackInfo& info);
  Napi::Value AddIceAddress(const Napi::CallbackInfo& info);
  Napi::Value Graph(const Napi::CallbackInfo& info);

  Napi::Value Direction(const Napi::CallbackInfo& info);
  Napi::Value Caps(const Napi::CallbackInfo& info);
  Napi::Value LinkPad(const Napi::CallbackInfo& info);
  Napi::Value Unblock(const Napi::CallbackInfo& info);
  Napi::Value CountBuffers(const Napi::CallbackInfo& info);
  Napi::Value RequestKeyFrame(const Napi::CallbackInfo& info);

  static Napi::FunctionReference constructor_;
  GObject* object_ = nullptr;
};
