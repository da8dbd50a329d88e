// The sound of a page: Opus packets (RFC 7587) put in order and decoded, with what is missing made up for.
#pragma once
#include <opus/opus.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "packet_order.h"

namespace sound_source {

class SoundSource {
 public:
  // Mono, 16 bit, 48 kHz.
  using OnSamples = std::function<void(const int16_t* samples, size_t count)>;

  SoundSource();

  void Put(uint64_t index, const depayloader::Payload& payload, int64_t now_us) { order_.Put(index, payload, now_us); }
  void GiveUp(int64_t now_us);
  bool waits() const { return order_.waits(); }
  // Who takes the samples from now on.
  void SetListener(OnSamples on_samples) { on_samples_ = std::move(on_samples); }

 private:
  struct Delete {
    void operator()(OpusDecoder* decoder) const { opus_decoder_destroy(decoder); }
  };

  void Decode(const depayloader::Payload& payload, bool is_after_gap);
  // Makes up for what is missing before this packet, with what it repeats of the one before (RFC 6716, section 2.1.7).
  void Conceal(const depayloader::Payload& payload, int packet_samples);

  packet_order::PacketOrder order_;
  std::unique_ptr<OpusDecoder, Delete> decoder_;
  OnSamples on_samples_;
  // The RTP time at which the last packet ended.
  std::optional<uint32_t> end_;
};

}  // namespace sound_source
