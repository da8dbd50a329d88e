// A copy of a GValue that may travel between threads, and the conversions to and from JavaScript.
#pragma once
#include <gst/gst.h>
#include <napi.h>

#include <string>
#include <utility>
#include <vector>

class Value {
 public:
  enum class Kind { kNull, kBoolean, kNumber, kString, kObject, kMap, kList };

  Value() = default;
  Value(const Value& other);
  Value(Value&& other) noexcept;
  Value& operator=(Value other) noexcept;
  ~Value();

  static Value Boolean(bool value);
  static Value Number(double value);
  // Null for a null pointer.
  static Value String(const char* value);
  // Takes a reference of its own.
  static Value Object(gpointer object);
  static Value Map();
  static Value List();
  // Enums become their nick, boxed session descriptions {type, sdp}, structures maps, lists lists; anything else its serialised text.
  static Value From(const GValue* value);
  static Value From(const GstStructure* structure);

  void Put(const std::string& key, Value value) { entries_.emplace_back(key, std::move(value)); }
  void Append(Value value) { items_.push_back(std::move(value)); }
  // The value of `key` in a map, or null.
  const Value* Find(const std::string& key) const;
  const std::string& text() const { return text_; }
  Kind kind() const { return kind_; }
  GObject* object() const { return object_; }

  Napi::Value ToJs(Napi::Env env) const;

 private:
  Kind kind_ = Kind::kNull;
  double number_ = 0;
  std::string text_;
  GObject* object_ = nullptr;
  std::vector<std::pair<std::string, Value>> entries_;
  std::vector<Value> items_;
};

// Initialises `out` as a `type` and fills it in from `value`; throws Napi::TypeError (and leaves `out` unset) when that can't be done.
void ToGValue(const Napi::Value& value, GType type, GValue* out);
