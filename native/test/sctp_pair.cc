// Lets two SCTP associations talk to each other, the second of which is behind the guard as ours are, and prints what became of it.
//   sctp-pair talk            long messages, a stream that is reset, an end
//   sctp-pair hostile ROUNDS  the first one's packets are changed at random, with checksums that fit
#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <mutex>
#include <random>

#include "../src/sctp_association.h"
#include "../src/sctp_guard.h"
#include "../src/send_thread.h"

namespace {

using sctp::Bytes;

constexpr uint16_t kPort = 5000, kStreams = 32;
constexpr size_t kHeaderBytes = 12, kChecksumOffset = 8;
constexpr uint32_t kText = 51;
constexpr double kChanged = 0.4;  // of the hostile side's packets

std::mt19937 g_random;

int Below(int limit) {
  return static_cast<int>(g_random() % static_cast<unsigned>(limit));
}

// CRC32c (RFC 9260, appendix A), which usrsctp looks at first.
uint32_t Checksum(const Bytes& packet) {
  uint32_t crc = ~0u;
  for (uint8_t byte : packet) {
    crc ^= byte;
    for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0x82f63b78u : crc >> 1;
  }
  return ~crc;
}

void Change(Bytes& packet) {
  for (int changes = 1 + Below(4); changes > 0 && packet.size() > kHeaderBytes + 4; changes--) {
    size_t at = kHeaderBytes + static_cast<size_t>(Below(static_cast<int>(packet.size() - kHeaderBytes)));
    int how = Below(4);
    if (how == 0) packet[at] = static_cast<uint8_t>(Below(256));
    if (how == 1) packet[at] ^= static_cast<uint8_t>(1 << Below(8));
    if (how == 2) packet.resize(std::max(at & ~size_t{3}, kHeaderBytes));
    if (how == 3) {
      Bytes again(packet.begin() + kHeaderBytes, packet.begin() + static_cast<long>(at));
      packet.insert(packet.end(), again.begin(), again.end());
    }
  }
  memset(&packet[kChecksumOffset], 0, sizeof(uint32_t));
  uint32_t checksum = Checksum(packet);
  memcpy(&packet[kChecksumOffset], &checksum, sizeof(checksum));
}

struct Side : std::enable_shared_from_this<Side> {
  std::unique_ptr<sctp::Association> association;
  std::weak_ptr<Side> other;
  sctp_guard::Guard guard{sctp_guard::Limits{kStreams, 1e9, 1e9}};
  bool hostile = false, up = false, ended = false;
  size_t messages = 0, bytes = 0;
  std::vector<uint16_t> resets;

  void Start() {
    sctp::Handlers handlers;
    handlers.packet = [this](const uint8_t* data, size_t size) {
      Bytes packet(data, data + size);
      if (hostile && std::uniform_real_distribution<>(0, 1)(g_random) < kChanged) Change(packet);
      send_thread::Post([to = other, packet = std::move(packet)] {
        auto side = to.lock();
        if (side && side->association) side->Take(packet);
      });
    };
    handlers.state = [this](bool is_up) {
      up = is_up;
      ended = !is_up;
    };
    handlers.message = [this](uint16_t, uint32_t, Bytes message) {
      messages++;
      bytes += message.size();
    };
    handlers.reset = [this](const std::vector<uint16_t>& streams) { resets.insert(resets.end(), streams.begin(), streams.end()); };
    association = std::make_unique<sctp::Association>(kPort, kStreams, std::move(handlers));
  }

  void Take(const Bytes& packet) {
    if (!guard.Admits(packet.data(), packet.size())) return;
    association->Receive(packet);
    association->Flush();
  }
};

// Runs `task` on the send thread and waits for it, and whatever it answers for with `true`.
template <class Task>
void OnSendThread(Task task) {
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  std::function<void()> attempt = [&] {
    bool is_done = task();
    if (!is_done) return send_thread::PostLater(1, attempt);
    std::lock_guard<std::mutex> lock(mutex);
    done = true;
    changed.notify_one();
  };
  send_thread::Post(attempt);
  std::unique_lock<std::mutex> lock(mutex);
  changed.wait(lock, [&] { return done; });
}

struct Pair {
  std::shared_ptr<Side> page = std::make_shared<Side>(), ours = std::make_shared<Side>();

  explicit Pair(bool hostile) {
    page->other = ours;
    ours->other = page;
    page->hostile = hostile;
    OnSendThread([this] {
      page->Start();
      ours->Start();
      return true;
    });
  }
  ~Pair() {
    OnSendThread([this] {
      page->association.reset();
      ours->association.reset();
      return true;
    });
  }
};

void Talk() {
  Pair pair(false);
  auto &page = *pair.page, &ours = *pair.ours;
  OnSendThread([&] { return page.up && ours.up; });
  OnSendThread([&] {
    for (int count = 0; count < 6; count++) page.association->Send(1, kText, Bytes(250'000, 'x'));
    ours.association->Send(2, kText, Bytes(1, 'y'));
    return true;
  });
  OnSendThread([&] { return ours.messages == 6 && page.messages == 1; });
  std::cout << "messages " << ours.messages << " of " << ours.bytes / ours.messages << " bytes\n";
  OnSendThread([&] {
    page.association->Reset(1);
    page.association->Reset(3);
    return true;
  });
  OnSendThread([&] { return ours.resets.size() >= 2; });
  std::sort(ours.resets.begin(), ours.resets.end());
  std::cout << "resets " << ours.resets[0] << " " << ours.resets[1] << "\n";
  OnSendThread([&] {
    page.association.reset();
    return true;
  });
  OnSendThread([&] { return ours.ended; });
  std::cout << "ended\n";
}

void TalkNonsense(int seed) {
  g_random.seed(static_cast<unsigned>(seed));
  Pair pair(seed % 2 == 0);
  int turns = 0;
  OnSendThread([&] {
    // Every other page behaves until the association is up.
    if (pair.page->up) pair.page->hostile = true;
    if (Below(2)) pair.page->association->Send(static_cast<uint16_t>(Below(kStreams)), kText, Bytes(static_cast<size_t>(1 + Below(20'000)), 'x'));
    if (Below(4) == 0) pair.page->association->Reset(static_cast<uint16_t>(Below(kStreams)));
    pair.ours->association->Send(static_cast<uint16_t>(Below(kStreams)), kText, Bytes(static_cast<size_t>(1 + Below(3'000)), 'y'));
    return ++turns == 20;
  });
}

}  // namespace

int main(int count, char** arguments) {
  send_thread::Start([] {});
  if (count > 1 && !strcmp(arguments[1], "talk")) Talk();
  if (count > 2 && !strcmp(arguments[1], "hostile")) {
    for (int round = 0; round < atoi(arguments[2]); round++) TalkNonsense(round);
    Talk();
  }
  std::cout << std::flush;
  std::_Exit(0);
}
