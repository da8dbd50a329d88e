#include "value.h"

#include <gst/sdp/sdp.h>
#include <gst/webrtc/webrtc.h>

#include <memory>

#include "gst_object.h"

Value::Value(const Value& other)
    : kind_(other.kind_),
      number_(other.number_),
      text_(other.text_),
      object_(other.object_ ? G_OBJECT(g_object_ref(other.object_)) : nullptr),
      entries_(other.entries_),
      items_(other.items_) {}

Value::Value(Value&& other) noexcept
    : kind_(other.kind_),
      number_(other.number_),
      text_(std::move(other.text_)),
      object_(std::exchange(other.object_, nullptr)),
      entries_(std::move(other.entries_)),
      items_(std::move(other.items_)) {}

Value& Value::operator=(Value other) noexcept {
  std::swap(kind_, other.kind_);
  std::swap(number_, other.number_);
  std::swap(text_, other.text_);
  std::swap(object_, other.object_);
  std::swap(entries_, other.entries_);
  std::swap(items_, other.items_);
  return *this;
}

Value::~Value() {
  // The last reference to an element may join threads: never on whatever thread this is.
  if (object_) js_queue::RunBlocking([object = object_] { g_object_unref(object); });
}

Value Value::Boolean(bool value) {
  Value result;
  result.kind_ = Kind::kBoolean;
  result.number_ = value;
  return result;
}

Value Value::Number(double value) {
  Value result;
  result.kind_ = Kind::kNumber;
  result.number_ = value;
  return result;
}

Value Value::String(const char* value) {
  Value result;
  if (!value) return result;
  result.kind_ = Kind::kString;
  result.text_ = value;
  return result;
}

Value Value::Object(gpointer object) {
  Value result;
  if (!object) return result;
  result.kind_ = Kind::kObject;
  result.object_ = G_OBJECT(g_object_ref(object));
  return result;
}

Value Value::Map() {
  Value result;
  result.kind_ = Kind::kMap;
  return result;
}

Value Value::List() {
  Value result;
  result.kind_ = Kind::kList;
  return result;
}

const Value* Value::Find(const std::string& key) const {
  for (const auto& [name, value] : entries_)
    if (name == key) return &value;
  return nullptr;
}

namespace {

using GString_ = std::unique_ptr<char, decltype(&g_free)>;

Value FromEnum(const GValue* value) {
  auto* type = static_cast<GEnumClass*>(g_type_class_ref(G_VALUE_TYPE(value)));
  auto* entry = g_enum_get_value(type, g_value_get_enum(value));
  Value result = entry ? Value::String(entry->value_nick) : Value::Number(g_value_get_enum(value));
  g_type_class_unref(type);
  return result;
}

Value FromDescription(const GValue* value) {
  auto* description = static_cast<GstWebRTCSessionDescription*>(g_value_get_boxed(value));
  if (!description) return {};
  GString_ sdp(gst_sdp_message_as_text(description->sdp), g_free);
  Value result = Value::Map();
  result.Put("type", Value::String(gst_webrtc_sdp_type_to_string(description->type)));
  result.Put("sdp", Value::String(sdp.get()));
  return result;
}

Value FromError(const GValue* value) {
  auto* error = static_cast<GError*>(g_value_get_boxed(value));
  Value result = Value::Map();
  result.Put("message", Value::String(error ? error->message : ""));
  return result;
}

Value FromList(const GValue* value) {
  bool list = G_VALUE_TYPE(value) == GST_TYPE_LIST;
  guint size = list ? gst_value_list_get_size(value) : gst_value_array_get_size(value);
  Value result = Value::List();
  for (guint i = 0; i < size; i++)
    result.Append(Value::From(list ? gst_value_list_get_value(value, i) : gst_value_array_get_value(value, i)));
  return result;
}

// webrtcbin's get-transceivers answers a GArray of object pointers.
Value FromObjectArray(const GValue* value) {
  auto* array = static_cast<GArray*>(g_value_get_boxed(value));
  Value result = Value::List();
  for (guint i = 0; array && i < array->len; i++) result.Append(Value::Object(g_array_index(array, gpointer, i)));
  return result;
}

}  // namespace

Value Value::From(const GValue* value) {
  GType type = G_VALUE_TYPE(value);
  switch (G_TYPE_FUNDAMENTAL(type)) {
    case G_TYPE_BOOLEAN: return Boolean(g_value_get_boolean(value));
    case G_TYPE_INT: return Number(g_value_get_int(value));
    case G_TYPE_UINT: return Number(g_value_get_uint(value));
    case G_TYPE_LONG: return Number(static_cast<double>(g_value_get_long(value)));
    case G_TYPE_ULONG: return Number(static_cast<double>(g_value_get_ulong(value)));
    case G_TYPE_INT64: return Number(static_cast<double>(g_value_get_int64(value)));
    case G_TYPE_UINT64: return Number(static_cast<double>(g_value_get_uint64(value)));
    case G_TYPE_FLOAT: return Number(g_value_get_float(value));
    case G_TYPE_DOUBLE: return Number(g_value_get_double(value));
    case G_TYPE_STRING: return String(g_value_get_string(value));
    case G_TYPE_FLAGS: return Number(g_value_get_flags(value));
    case G_TYPE_OBJECT: return Object(g_value_get_object(value));
    case G_TYPE_PARAM: return String(g_param_spec_get_name(g_value_get_param(value)));
    case G_TYPE_ENUM: return FromEnum(value);
    default: break;
  }
  if (type == GST_TYPE_STRUCTURE) {
    auto* structure = static_cast<const GstStructure*>(g_value_get_boxed(value));
    return structure ? From(structure) : Value();
  }
  if (type == GST_TYPE_WEBRTC_SESSION_DESCRIPTION) return FromDescription(value);
  if (type == G_TYPE_ERROR) return FromError(value);
  if (type == G_TYPE_ARRAY) return FromObjectArray(value);
  if (type == GST_TYPE_LIST || type == GST_TYPE_ARRAY) return FromList(value);
  GString_ text(gst_value_serialize(value), g_free);
  return String(text.get());
}

Value Value::From(const GstStructure* structure) {
  Value result = Map();
  gst_structure_foreach(
      structure,
      [](GQuark field, const GValue* value, gpointer map) -> gboolean {
        static_cast<Value*>(map)->Put(g_quark_to_string(field), From(value));
        return TRUE;
      },
      &result);
  return result;
}

Napi::Value Value::ToJs(Napi::Env env) const {
  switch (kind_) {
    case Kind::kNull: return env.Null();
    case Kind::kBoolean: return Napi::Boolean::New(env, number_ != 0);
    case Kind::kNumber: return Napi::Number::New(env, number_);
    case Kind::kString: return Napi::String::New(env, text_);
    case Kind::kObject: return GstObjectWrap::Wrap(env, object_);
    case Kind::kMap: {
      auto object = Napi::Object::New(env);
      for (const auto& [key, value] : entries_) object.Set(key, value.ToJs(env));
      return object;
    }
    case Kind::kList: {
      auto list = Napi::Array::New(env, items_.size());
      for (size_t i = 0; i < items_.size(); i++) list.Set(static_cast<uint32_t>(i), items_[i].ToJs(env));
      return list;
    }
  }
  return env.Undefined();
}

namespace {

GstWebRTCSDPType SdpType(const std::string& type) {
  if (type == "offer") return GST_WEBRTC_SDP_TYPE_OFFER;
  if (type == "answer") return GST_WEBRTC_SDP_TYPE_ANSWER;
  return GST_WEBRTC_SDP_TYPE_ROLLBACK;
}

bool SetDescription(const Napi::Value& value, GValue* out) {
  if (!value.IsObject()) return false;
  auto object = value.As<Napi::Object>();
  std::string type = object.Get("type").ToString(), sdp = object.Get("sdp").ToString();
  GstSDPMessage* message = nullptr;
  if (gst_sdp_message_new_from_text(sdp.c_str(), &message) != GST_SDP_OK) return false;
  g_value_take_boxed(out, gst_webrtc_session_description_new(SdpType(type), message));
  return true;
}

bool SetNumber(double number, GType type, GValue* out) {
  switch (G_TYPE_FUNDAMENTAL(type)) {
    case G_TYPE_INT: g_value_set_int(out, static_cast<gint>(number)); return true;
    case G_TYPE_UINT: g_value_set_uint(out, static_cast<guint>(number)); return true;
    case G_TYPE_LONG: g_value_set_long(out, static_cast<glong>(number)); return true;
    case G_TYPE_ULONG: g_value_set_ulong(out, static_cast<gulong>(number)); return true;
    case G_TYPE_INT64: g_value_set_int64(out, static_cast<gint64>(number)); return true;
    case G_TYPE_UINT64: g_value_set_uint64(out, static_cast<guint64>(number)); return true;
    case G_TYPE_FLOAT: g_value_set_float(out, static_cast<gfloat>(number)); return true;
    case G_TYPE_DOUBLE: g_value_set_double(out, number); return true;
    default: return false;
  }
}

bool SetObject(const Napi::Value& value, GType type, GValue* out) {
  if (value.IsNull() || value.IsUndefined()) return true;
  GObject* object = GstObjectWrap::ObjectOf(value);
  if (!object || !g_type_is_a(G_OBJECT_TYPE(object), type)) return false;
  g_value_set_object(out, object);
  return true;
}

bool SetAny(const Napi::Value& value, GType type, GValue* out) {
  if (g_type_is_a(type, G_TYPE_OBJECT)) return SetObject(value, type, out);
  if (type == GST_TYPE_WEBRTC_SESSION_DESCRIPTION) return SetDescription(value, out);
  if (value.IsNull() || value.IsUndefined()) return G_TYPE_FUNDAMENTAL(type) == G_TYPE_BOXED || type == G_TYPE_STRING;
  if (value.IsNumber()) return SetNumber(value.As<Napi::Number>().DoubleValue(), type, out);
  if (value.IsBoolean() && type == G_TYPE_BOOLEAN) {
    g_value_set_boolean(out, value.As<Napi::Boolean>().Value());
    return true;
  }
  if (!value.IsString()) return false;
  std::string text = value.As<Napi::String>().Utf8Value();
  if (type == G_TYPE_STRING) {
    g_value_set_string(out, text.c_str());
    return true;
  }
  return gst_value_deserialize(out, text.c_str());  // enums by nick, caps, structures, fractions
}

}  // namespace

void ToGValue(const Napi::Value& value, GType type, GValue* out) {
  g_value_init(out, type);
  if (SetAny(value, type, out)) return;
  g_value_unset(out);
  throw Napi::TypeError::New(value.Env(), std::string("this cannot be made a ") + g_type_name(type));
}
