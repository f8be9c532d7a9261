// The spamfilter's part in one Pass, as libs/stage performs it.
#pragma once

#include "stage/observer.hpp"

namespace scop::spamfilter {

class Labelling final : public stage::Observer {
 public:
  Task<stage::Stepped<v1::Envelope>> envelope(v1::Envelope envelope) override;
  Task<stage::Stepped<>> data(std::string_view chunk) override;
  Task<stage::Stepped<v1::Findings>> finish(v1::Findings findings) override;
};

}  // namespace scop::spamfilter
