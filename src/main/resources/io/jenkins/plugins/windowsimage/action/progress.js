// Shows how far the image builds of a running build are. Nothing that comes from a build becomes markup.
(function () {
  "use strict";

  const INTERVAL = 2000;
  const LONGEST = 30000;

  function show(list, images) {
    while (list.children.length > images.length) {
      list.lastElementChild.remove();
    }
    images.forEach(function (image, index) {
      const item = list.children[index] || list.appendChild(newItem());
      const bar = item.querySelector("progress");
      set(item, ".windows-image-name", image.image);
      set(item, ".windows-image-progress__text", image.percent < 0 ? image.text : image.text + ", " + image.percent + " %");
      set(item, "code", image.current || "");
      if (image.percent < 0) {
        bar.removeAttribute("value");
      } else {
        bar.value = image.percent;
      }
      bar.setAttribute("aria-label", image.image);
    });
  }

  function set(item, selector, text) {
    const element = item.querySelector(selector);
    if (element.textContent !== text) {
      element.textContent = text;
    }
  }

  function newItem() {
    const item = document.createElement("li");
    item.append(
      part("span", "windows-image-name"),
      Object.assign(document.createElement("progress"), { max: 100 }),
      part("span", "windows-image-progress__text"),
      part("code", "windows-image-instruction"),
    );
    return item;
  }

  function part(tag, name) {
    const element = document.createElement(tag);
    element.className = name;
    return element;
  }

  function follow(element) {
    const list = element.querySelector(".windows-image-progress__images");
    const end = element.querySelector(".windows-image-progress__end");
    let wait = INTERVAL;

    function finish() {
      list.replaceChildren();
      end.classList.remove("jenkins-hidden");
    }

    function again() {
      window.setTimeout(ask, wait);
    }

    function ask() {
      if (document.hidden) {
        again();
        return;
      }
      fetch(element.dataset.statusUrl, { headers: { Accept: "application/json" } })
        .then(function (response) {
          if (response.status === 404) {
            return { building: false, images: [] };
          }
          if (!response.ok) {
            throw new Error(response.statusText);
          }
          return response.json();
        })
        .then(function (status) {
          wait = INTERVAL;
          if (status.building) {
            show(list, status.images);
            again();
          } else {
            finish();
          }
        })
        .catch(function () {
          // The controller may be restarting.
          wait = Math.min(wait * 2, LONGEST);
          again();
        });
    }

    ask();
  }

  function start() {
    document.querySelectorAll(".windows-image-progress").forEach(follow);
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start);
  } else {
    start();
  }
})();
