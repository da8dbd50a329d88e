#include "send_thread.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace send_thread {
namespace {

using Clock = std::chrono::steady_clock;

struct Inbox {
  std::mutex mutex;
  std::condition_variable filled;
  std::vector<std::function<void()>> tasks;
};

// Never destroyed: the thread runs until the process ends.
Inbox& TheInbox() {
  static auto* inbox = new Inbox;
  return *inbox;
}

// On the send thread only.
std::multimap<Clock::time_point, std::function<void()>>& Later() {
  static auto* later = new std::multimap<Clock::time_point, std::function<void()>>;
  return *later;
}

void RunThoseDue() {
  auto& later = Later();
  for (auto now = Clock::now(); !later.empty() && later.begin()->first <= now;) {
    auto task = std::move(later.begin()->second);
    later.erase(later.begin());
    task();
  }
}

void Run(const std::function<void()>& every_second) {
  auto& inbox = TheInbox();
  auto next = Clock::now() + std::chrono::seconds(1);
  std::vector<std::function<void()>> tasks;
  for (;;) {
    {
      std::unique_lock<std::mutex> lock(inbox.mutex);
      auto until = Later().empty() ? next : std::min(next, Later().begin()->first);
      inbox.filled.wait_until(lock, until, [&] { return !inbox.tasks.empty(); });
      tasks.swap(inbox.tasks);
    }
    for (auto& task : tasks) {
      task();
      task = nullptr;  // what it holds goes now, not with the last one
    }
    tasks.clear();
    RunThoseDue();
    if (Clock::now() < next) continue;
    every_second();
    next = Clock::now() + std::chrono::seconds(1);
  }
}

}  // namespace

void Start(std::function<void()> every_second) {
  std::thread thread([every_second = std::move(every_second)] { Run(every_second); });
  pthread_setname_np(thread.native_handle(), "send");
  thread.detach();
}

void Post(std::function<void()> task) {
  auto& inbox = TheInbox();
  bool idle;
  {
    std::lock_guard<std::mutex> lock(inbox.mutex);
    idle = inbox.tasks.empty();
    inbox.tasks.push_back(std::move(task));
  }
  if (idle) inbox.filled.notify_one();
}

void PostLater(int milliseconds, std::function<void()> task) {
  Later().emplace(Clock::now() + std::chrono::milliseconds(milliseconds), std::move(task));
}

}  // namespace send_thread
