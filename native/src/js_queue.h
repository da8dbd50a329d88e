// The only ways between GStreamer's threads and JavaScript. No JavaScript runs on a GStreamer thread, and no GStreamer thread
// waits for JavaScript: what happens there is copied and posted; what may block is done on a pool thread.
#pragma once
#include <napi.h>

#include <functional>
#include <memory>

namespace js_queue {

// Opens the queue for this environment. Called once, by the module's initialiser.
void Open(Napi::Env env);

// Refuses everything from now on and lets the event loop end.
void Close();

// Runs `job` on the JavaScript thread, later. Callable from any thread; dropped (but destroyed) after Close().
void Post(std::function<void(Napi::Env)> job);

// Runs `job` on a pool thread, later: for calls that join threads or wait for a state change.
void RunBlocking(std::function<void()> job);

// A JavaScript function that other threads may hold: it is called and destroyed on the JavaScript thread only.
class Callback {
 public:
  explicit Callback(const Napi::Function& function);
  ~Callback();
  Callback(const Callback&) = delete;
  Callback& operator=(const Callback&) = delete;
  // To be called on the JavaScript thread.
  void Call(const std::vector<napi_value>& arguments);

 private:
  Napi::FunctionReference* function_;
};

using CallbackPtr = std::shared_ptr<Callback>;

// A promise that another thread settles, once; later calls are ignored.
class Settle {
 public:
  explicit Settle(Napi::Env env);
  Napi::Promise Promise() const { return deferred_.Promise(); }
  // To be called on the JavaScript thread.
  void Resolve(napi_value value);
  void Reject(Napi::Env env, const std::string& message);

 private:
  Napi::Promise::Deferred deferred_;
  bool settled_ = false;
};

using SettlePtr = std::shared_ptr<Settle>;

}  // namespace js_queue
