// Shows how far the image builds of a running build are. Nothing that comes from a build becomes markup.
(function () {
  "use strict";

  const INTERVAL = 2000;
  const LONGEST = 30000;

  function part(parent, tag, name) {
    const element = document.createElement(tag);
    element.className = name;
    parent.appendChild(element);
    return element;
  }

  function newRow(list) {
    const item = part(list, "li", "windows-image-progress__image");
    const row = {
      item: item,
      name: part(item, "span", "windows-image-name"),
      bar: part(item, "progress", "windows-image-progress__bar"),
      percent: part(item, "span", "windows-image-progress__percent"),
      text: part(item, "span", "windows-image-progress__text"),
      current: part(item, "code", "windows-image-instruction"),
    };
    row.bar.setAttribute("max", "100");
    return row;
  }

  function write(element, text) {
    if (element.textContent !== text) {
      element.textContent = text;
    }
  }

  function show(list, rows, images) {
    while (rows.length > images.length) {
      rows.pop().item.remove();
    }
    images.forEach(function (image, index) {
      if (index === rows.length) {
        rows.push(newRow(list));
      }
      const row = rows[index];
      write(row.name, image.image);
      write(row.percent, image.percent < 0 ? "" : image.percent + " %");
      write(row.text, image.text);
      write(row.current, image.current || "");
      row.bar.setAttribute("aria-label", image.image);
      if (image.percent < 0) {
        row.bar.removeAttribute("value");
      } else {
        row.bar.setAttribute("value", String(image.percent));
      }
    });
  }

  function follow(element) {
    const list = element.querySelector(".windows-image-progress__images");
    const end = element.querySelector(".windows-image-progress__end");
    const rows = [];
    let wait = INTERVAL;

    function finish() {
      show(list, rows, []);
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
            show(list, rows, status.images);
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
